"""What can keep a benchmark from measuring."""


class BenchmarkError(Exception):
    """There is no figure; the text says why."""
