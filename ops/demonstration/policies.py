"""Policy data from a CSV, as a.s.r. would supply them."""

from pathlib import Path

from ops.administrator import Database
from services.enrichment.policies import load_policies, read_policies


async def load(database: Database, path: Path) -> None:
    """Load the file: registrations that wait for one of its policies go on."""
    async with database.transaction():
        await database.execute("set local search_path = enrichment")
        with path.open(encoding="utf-8", newline="") as lines:
            await load_policies(database, read_policies(lines))
