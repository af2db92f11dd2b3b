"""What a fault came to: one row of the report, whoever injected it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One kind of fault: how often it was injected, under how many registrations, and what the judge found after.

    `uncertain` mails are no loss: each is visible, and settled by a human. `recovery_s` holds a duration for each
    injection that something had to recover from: from its end until everything went on by itself.
    """

    fault: str
    injections: int
    registrations: int
    lost: int = 0
    double: int = 0
    uncertain: int = 0
    recovery_s: tuple[float, ...] = ()

    @property
    def good(self) -> bool:
        """Nothing lost, nothing twice."""
        return not (self.lost or self.double)


@dataclass(frozen=True, slots=True)
class Control:
    """A defect put in on purpose: after how many seeds it was caught, None if not within the `budget`."""

    defect: str
    budget: int
    caught_after: int | None
