"""Ends a command that is told to leave as Ctrl-C would: by an exception, so that it cleans up what it has begun."""

import signal
import sys
from typing import NoReturn


def end_when_told() -> None:
    """From now on SIGTERM and SIGHUP end this process by SystemExit, with 128 and the signal's number.

    A signal that it was started to ignore (as by `nohup`) stays ignored.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


def _end(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
