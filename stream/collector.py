"""Python's garbage collector, for processes that make many objects but no reference cycles."""

import gc


def tame_collector() -> None:
    """Scan young objects less often, and never again scan those that exist by now.

    A batch makes many objects that live to its end: scanning them took a fifth of a worker's CPU time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
