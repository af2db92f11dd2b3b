"""What happened, counted: over one seed, and added up over many."""

from collections import Counter
from dataclasses import dataclass, field
from zlib import crc32


@dataclass
class Tally:
    """`steps`: how often each named step was passed; `killed_at`: how often a process died right there.

    `faults`: injections by kind. `trace` is the same number for the same seed: everything that any process asked of
    any server went into it, in its order and with its time.
    """

    steps: Counter[str] = field(default_factory=Counter)
    killed_at: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    trace: int = 0
    calls: int = 0

    def note(self, text: str) -> None:
        """One more thing happened."""
        self.calls += 1
        self.trace = crc32(text.encode(), self.trace)

    def add(self, other: "Tally") -> None:
        """Take over another's counts."""
        self.steps += other.steps
        self.killed_at += other.killed_at
        self.faults += other.faults
        self.answers += other.answers
        self.calls += other.calls
