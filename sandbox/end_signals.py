"""A command that is told to leave ends as after Ctrl-C: what it has begun is cleaned up on the way out."""

import signal
import sys
from typing import NoReturn


def end_when_told() -> None:
    """From now on SIGTERM and SIGHUP end this process by SystemExit, with 128 and the signal's number.

    One that it was started to ignore, as by `nohup`, it still ignores.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


def _end(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
