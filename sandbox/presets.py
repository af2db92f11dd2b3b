"""`python -m sandbox.presets FILE.csv`: what a.s.r. knows before anybody registers, loaded as its own data are.

The file holds its policies; one that does not exist yet is written first, with a policy for every employer of the
sandbox's population. Each of these employers has asked for the link, and its processor is confirmed.
"""

import asyncio
import os
import sys
from pathlib import Path

import asyncpg

from sandbox.population import Employer, population
from sandbox.synthetic_policy import write_policies
from services.enrichment.policies import load_file
from services.intake.clients import ClientRow, load_clients
from stream.environment import ADMIN_VARIABLE


def make_up(path: Path) -> None:
    """Write a policy for every employer of the population."""
    with path.open("w", encoding="utf-8", newline="") as file:
        write_policies(file, ((one.raamwerkcontractnummer, one.loonheffingennummer) for one in population()))


async def load(admin_url: str, path: Path) -> None:
    """Load the file, and the population's clients. Raises RowFileError."""
    connection = await asyncpg.connect(admin_url)
    try:
        await load_file(connection, path)
        await connection.execute("set search_path = intake")
        await load_clients(connection, map(client, population()))
    finally:
        await connection.close()


def client(employer: Employer) -> ClientRow:
    """An employer as it stands in a file of clients."""
    numbers = employer.raamwerkcontractnummer, employer.loonheffingennummer
    return ClientRow(employer.processor.email, *numbers)


if __name__ == "__main__":
    policies = Path(sys.argv[1])
    if not policies.exists():
        make_up(policies)
    asyncio.run(load(os.environ[ADMIN_VARIABLE], policies))
