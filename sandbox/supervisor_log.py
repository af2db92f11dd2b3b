"""What the supervising process tells of itself."""

import logging
import sys

from sandbox.state_directory import StateDirectory

log = logging.getLogger("sandbox")


class _Story(logging.FileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging calls it so
        """Say nothing: a full disk takes the line later, or never, and a traceback on the terminal helps nobody."""


def log_to(state: StateDirectory) -> None:
    """The terminal, and the state directory's log."""
    formatter = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S%z")
    for handler in (
        _Story(state.supervisor_log, encoding="utf-8"),
        logging.StreamHandler(sys.stdout),
    ):
        handler.setFormatter(formatter)
        log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
