"""What can keep a benchmark from measuring."""


class BenchmarkError(Exception):
    """There is no figure; the text says why."""


class RestartedError(BenchmarkError):
    """A process was started anew: its CPU time is that of two lives."""


class StalledError(BenchmarkError):
    """What was waited for did not come."""
