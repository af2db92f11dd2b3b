"""Many small cases in one test: each that is a test of its own costs pytest a millisecond."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Case = TypeVar("Case")


def each(cases: Iterable[Case]) -> Callable[[Callable[[Case], None]], Callable[[], None]]:
    """Run the test with every case; the one that it fails with is told beneath the failure."""
    found = [*cases]
    assert found, "a test without a case holds nothing"

    def of(test: Callable[[Case], None]) -> Callable[[], None]:
        def with_all() -> None:
            for case in found:
                try:
                    test(case)
                except BaseException as failure:
                    failure.add_note(f"with {case!r}")
                    raise

        with_all.__name__ = test.__name__
        return with_all

    return of
