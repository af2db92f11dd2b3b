"""Disks that fill up: small ones in memory, under Kafka's data and under Postgres's. Mounting takes root's rights."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from faults.real.as_root import run
from faults.real.databases import answers
from faults.real.errors import FaultError
from faults.real.scene import RESTART_S_MAX, Scene
from sandbox.state_directory import StateDirectory
from sandbox.waiting import until
from stream.kafka_topics import until_answers

_SIZE = "700m"
_FULL_S = 5.0
_FILLER = "filler"
_PIECE = bytes(1024 * 1024)


@contextmanager
def small_disks(state: StateDirectory) -> Iterator[None]:
    """Kafka and Postgres keep their data on small disks of their own, for the length of the block."""
    if os.geteuid() != 0:
        raise FaultError("mounting a small disk takes root's rights")
    with ExitStack() as mounted:
        for folder in (state.kafka, state.postgres):
            folder.mkdir(exist_ok=True)
            run("mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=711", "tmpfs", str(folder))
            mounted.callback(run, "umount", "--lazy", str(folder))
        yield


async def of_kafka(scene: Scene) -> None:
    """No byte is free for Kafka; the outage ends when some are again and it answers."""
    await _full(scene.sandbox.state.kafka)
    await until_answers(scene.sandbox.endpoints().kafka.access)


async def of_postgres(scene: Scene) -> None:
    """No byte is free for Postgres; the outage ends when some are again and it answers."""
    await _full(scene.sandbox.state.postgres)
    await until(partial(answers, scene), deadline_s=RESTART_S_MAX, missing="Postgres does not answer")


async def _full(folder: Path) -> None:
    filler = folder / _FILLER
    try:
        await asyncio.to_thread(_fill, filler)
        await asyncio.sleep(_FULL_S)
    finally:
        filler.unlink()


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(_PIECE)
