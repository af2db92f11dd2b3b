"""A service that a bug ends says where, in one line of its log, and nothing that an error may have quoted."""

import json
import subprocess
import sys

# From Python 3.13 on a trace quotes the lines of what `-c` runs, too: the name stands elsewhere.
ENDED_BY_A_BUG = """
import os

from stream.run import main
from stream.settings import Settings
from stream.telemetry import configure_logging

def quoting():
    raise ValueError(os.environ["QUOTED"])

async def build(settings):
    configure_logging("toy")
    try:
        quoting()
    except ValueError as error:
        raise KeyError(os.environ["QUOTED"]) from error

main(build, Settings)
"""


def test_an_error_nobody_expected_is_told_by_where_it_was_raised() -> None:
    environment = {
        "KOPPELING_KAFKA_BOOTSTRAP": "127.0.0.1:9",
        "KOPPELING_POSTGRES_URL": "postgresql://toy@127.0.0.1:9/toy",
        "QUOTED": "planted: Bakkerij Van der Aar",
    }
    ended = subprocess.run(
        [sys.executable, "-c", ENDED_BY_A_BUG], capture_output=True, text=True, check=False, env=environment
    )
    assert ended.returncode == 1
    line = json.loads(ended.stderr)
    assert (line["level"], line["message"]) == ("ERROR", "ended by a bug")
    assert "KeyError" in line["trace"]
    assert "ValueError" in line["trace"]
    assert "in quoting" in line["trace"]
    assert "planted" not in ended.stderr
