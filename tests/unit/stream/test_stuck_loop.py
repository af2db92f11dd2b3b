"""A process whose event loop stands still is ended, whatever it is that stands still."""

import subprocess
import sys
from subprocess import PIPE

from stream.health import STUCK_EXIT_CODE

STUCK_IN_ITS_LOG = """
import logging
from stream.health import Pulse, watch_loop
from stream.telemetry import configure_logging

configure_logging("toy")
watch_loop(Pulse(), 0.2)
logging.error("more than a pipe holds" * 10_000)
"""


def test_a_log_that_nobody_reads_keeps_no_watchdog_from_ending_the_process() -> None:
    with subprocess.Popen([sys.executable, "-c", STUCK_IN_ITS_LOG], stderr=PIPE) as stuck:
        try:
            assert stuck.wait(20) == STUCK_EXIT_CODE
        finally:
            stuck.kill()
