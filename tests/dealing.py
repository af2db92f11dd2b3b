"""Which tests one process runs, where several share the work: all that share a sandbox, else those of a file."""

UNIT = "tests/unit/"
REAL = ("tests/flow/", "tests/sandbox/")
"""Every test in these folders needs a sandbox."""
APART = (
    "tests/flow/test_faults.py",
    "tests/flow/test_gate_race_for_real.py",
    "tests/flow/test_live_view.py",
    "tests/flow/test_older_postgres.py",
    "tests/flow/test_put_right_by_operators.py",
    "tests/flow/test_secured.py",
)
"""Each of these starts a sandbox of its own."""
ALONE = ("tests/flow/test_lost_topic.py", "tests/flow/test_replays_of_everything.py")
"""These share the sandbox `alone`."""


def scope_of(nodeid: str) -> str:
    """What is the same for all tests that one process runs, one after the other."""
    file = nodeid.partition("::")[0]
    if file.startswith(UNIT) or file in APART:
        return file
    return "alone" if file in ALONE else file.rpartition("/")[0]
