"""What happened, counted: over one seed, and added up over many."""

from collections import Counter
from dataclasses import dataclass, field
from zlib import crc32

from stream.memory.disturbance import Moment


@dataclass
class Tally:
    """`steps`: how often each named step was passed; `killed_at`: how often a process died right there.

    `faults`: injections by kind. `explained`: findings of the judge that follow from what a database had forgotten.
    `calls`: everything that any process asked of any server, in its order and with its time: seconds, process, call
    and moment.
    """

    steps: Counter[str] = field(default_factory=Counter)
    killed_at: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)
    calls: list[tuple[float, str, str, Moment]] = field(default_factory=list)

    @property
    def trace(self) -> int:
        """The same number for the same seed: all its calls went into it."""
        said = (f"{at_s:.6f} {process} {call} {moment}" for at_s, process, call, moment in self.calls)
        return crc32("".join(said).encode())

    def add(self, other: "Tally") -> None:
        """Take over another's counts; its calls are its own."""
        self.steps += other.steps
        self.killed_at += other.killed_at
        self.faults += other.faults
        self.answers += other.answers
        self.explained += other.explained
