"""What stands beside a worker in these tests."""

import asyncio

from stream.beside import Beside


class Neighbour(Beside):
    """Runs until it is told to leave, and keeps what else it was told."""

    def __init__(self, *, finds_away: int = 0) -> None:
        self.told = asyncio.Event()
        self.heard: list[str] = []
        self.finds_away = finds_away
        self.has_left = False

    async def run(self) -> None:
        await self.told.wait()

    def go_on(self) -> None:
        self.heard.append("go on")

    def hold(self) -> None:
        self.heard.append("hold")

    def found_away(self) -> bool:
        """So many times."""
        self.finds_away -= 1
        return self.finds_away >= 0

    async def stop(self) -> None:
        self.told.set()
        for _ in range(20):
            await asyncio.sleep(0)
        self.has_left = True
