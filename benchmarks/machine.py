"""What the figures were measured on."""

import os
import platform
from pathlib import Path

from benchmarks.result import Machine
from ops.servers.administrator import Database
from sandbox.kafka_jars import KAFKA_VERSION


async def machine(database: Database) -> Machine:
    """This machine, and the versions of what runs on it."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        processor=_processor(),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        kafka=KAFKA_VERSION,
        postgres=str(await database.fetchval("show server_version")),
        load=os.getloadavg()[0],
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
