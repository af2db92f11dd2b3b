"""`python -m sandbox.keylane`: reads its environment, connects, and runs until SIGTERM or SIGINT."""

import asyncio
import fcntl
import logging
import signal
import sys
from contextlib import closing

from aiokafka.errors import KafkaError

from sandbox.keylane.kafka import Kafka
from sandbox.keylane.keylane import Keylane
from sandbox.keylane.keys import private_keys
from sandbox.keylane.record import Record
from sandbox.keylane.script import ScriptFile
from sandbox.keylane.settings import Settings
from stream.settings import read_settings


def main() -> int:
    """0 when it was told to end, 1 when another works in its folder or Kafka fails; 2 when its environment is wrong."""
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stdout)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    settings = read_settings(Settings)
    settings.keylane_dir.mkdir(parents=True, exist_ok=True)
    with (settings.keylane_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write(f"{settings.keylane_dir}: another Keylane works here\n")
            return 1
        try:
            asyncio.run(_serve(settings))
        except KafkaError as error:
            sys.stderr.write(f"{settings.kafka_bootstrap}: {type(error).__name__}\n")
            return 1
    return 0


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    keys = private_keys(settings.keylane_dir)
    kafka = Kafka(settings.kafka_access)
    try:
        await kafka.start()
        with closing(Record(settings.record)) as record:
            await Keylane(kafka, record, keys, ScriptFile(settings.script, settings.keylane_delay_s)).run(stop)
    finally:
        await kafka.stop()


if __name__ == "__main__":
    sys.exit(main())
