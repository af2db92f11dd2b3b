"""A process whose event loop stands still is ended, whatever it is that stands still."""

import os
import subprocess
import sys
from subprocess import PIPE

import pytest

from stream.health import STUCK_EXIT_CODE

pytestmark = pytest.mark.long

STUCK_IN_ITS_LOG = """
import logging
from stream.health import Pulse, watch_loop
from stream.telemetry import configure_logging

configure_logging("toy")
watch_loop(Pulse(), 0.2)
logging.error("more than a pipe holds" * 10_000)
"""

STARTING = {
    "KOPPELING_KAFKA_BOOTSTRAP": "127.0.0.1:9",
    "KOPPELING_POSTGRES_URL": "postgresql://timeline@127.0.0.1:9/koppeling",
    "KOPPELING_WATCHDOG_S": "2",
}


def test_a_log_that_nobody_reads_keeps_no_watchdog_from_ending_the_process() -> None:
    with subprocess.Popen([sys.executable, "-c", STUCK_IN_ITS_LOG], stderr=PIPE) as stuck:
        try:
            assert stuck.wait(20) == STUCK_EXIT_CODE
        finally:
            stuck.kill()


def test_a_service_that_waits_for_kafka_is_ended_as_well() -> None:
    unread, full = _full_pipe()
    command = [sys.executable, "-m", "services.timeline"]
    with os.fdopen(unread), os.fdopen(full, "wb") as log, subprocess.Popen(command, stderr=log, env=STARTING) as stuck:
        try:
            assert stuck.wait(30) == STUCK_EXIT_CODE
        finally:
            stuck.kill()


def _full_pipe() -> tuple[int, int]:
    """Its two ends; whoever writes to it waits."""
    unread, full = os.pipe()
    os.set_blocking(full, False)
    os.write(full, bytes(1 << 20))
    os.set_blocking(full, True)
    return unread, full
