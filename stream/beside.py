"""Work that a process runs beside its worker, which says when to run and whether the database can be trusted."""

import asyncio


class Beside:
    """Runs beside the worker in its process, and is told after every batch. As it stands here, it has nothing to do."""

    async def run(self) -> None:
        """Run until stopped. An error ends the process, and so does an end."""
        await asyncio.Event().wait()

    def wake(self) -> None:
        """There may be something to do. Never blocks."""

    def go_on(self) -> None:
        """The lanes are taken over, so the database knows what was published. Begin nothing before this call."""

    def hold(self) -> None:
        """The database was away, and may come back older: begin nothing until told to go on again."""

    def found_away(self) -> bool:
        """Whether it has itself found the database away, and holds, since the last call."""
        return False

    async def stop(self) -> None:
        """Finish what is under way, begin nothing, return within five seconds."""
