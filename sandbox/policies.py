"""`python -m sandbox.policies FILE.csv`: a.s.r.'s policy data, loaded once before the services start.

A file that does not exist yet is written first, with a policy for every employer of the sandbox's population.
"""

import asyncio
import os
import sys
from pathlib import Path

import asyncpg

from sandbox.population import population
from sandbox.synthetic_policy import write_policies
from services.enrichment.policies import load_file

VARIABLE = "KOPPELING_ADMIN_URL"


def make_up(path: Path) -> None:
    """Write a policy for every employer of the population."""
    with path.open("w", encoding="utf-8", newline="") as file:
        write_policies(file, ((one.raamwerkcontractnummer, one.loonheffingennummer) for one in population()))


async def load(admin_url: str, path: Path) -> None:
    """Load the file. Raises PolicyFileError."""
    connection = await asyncpg.connect(admin_url)
    try:
        await load_file(connection, path)
    finally:
        await connection.close()


if __name__ == "__main__":
    policies = Path(sys.argv[1])
    if not policies.exists():
        make_up(policies)
    asyncio.run(load(os.environ[VARIABLE], policies))
