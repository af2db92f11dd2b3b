"""Work that a process runs beside its worker, which says when to run and whether the database can be trusted."""

import asyncio
from typing import Protocol


class Beside(Protocol):
    """Runs beside the worker in its process, and is told after every batch."""

    async def run(self) -> None:
        """Run until stopped. An error ends the process."""

    def wake(self) -> None:
        """There may be something to do. Never blocks."""

    def go_on(self) -> None:
        """The lanes are taken over, so the database knows what was published. Begin nothing before this call."""

    def hold(self) -> None:
        """The database was away, and may come back older: begin nothing until told to go on again."""

    def found_away(self) -> bool:
        """Whether it has itself found the database away, and holds, since the last call."""

    async def stop(self) -> None:
        """Finish what is under way, begin nothing, return within five seconds."""


class Nobody:
    """For a worker that is alone in its process: nothing to do, and nothing to finish."""

    async def run(self) -> None:
        """Until it is cancelled: a part that ends, ends the process."""
        await asyncio.Event().wait()

    def wake(self) -> None:
        """There is nothing to do."""

    def go_on(self) -> None:
        """There is nothing to begin."""

    def hold(self) -> None:
        """Nothing was begun."""

    def found_away(self) -> bool:
        """It asks no database."""
        return False

    async def stop(self) -> None:
        """There is nothing under way."""
