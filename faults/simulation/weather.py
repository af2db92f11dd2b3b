"""How bad a seed's world is: chances per call and per step, and what is scheduled, each kind present or not.

A seed with everything at once hides what two faults alone would show, so each draws the kinds it has.
"""

from dataclasses import dataclass
from random import Random

KINDS = (
    "kill", "kill at a step", "stop", "restart", "rebalance", "kafka outage", "database outage", "smtp outage",
    "failed call", "lost reply", "late write", "deadlock", "clock jump", "smtp trouble", "duplicates", "pause",
    "older database",
)  # fmt: skip


@dataclass(frozen=True)
class Weather:
    """`kinds` that occur. Chances are of one call's moment, one step or one mail.

    Everything that people do is spread over `span_s`; at `ends_at_s` the weather clears up. `mended_at_s` is when the
    release that cannot decide something is replaced, None for never.
    """

    kinds: frozenset[str]
    span_s: float
    ends_at_s: float
    slow: float
    trouble: float
    kill_share: float
    stop_share: float
    kill_step: float
    smtp: float
    scheduled: int
    mended_at_s: float | None

    def has(self, kind: str) -> bool:
        """Whether this kind of fault occurs."""
        return kind in self.kinds


CALM = Weather(frozenset(), 0, 0, 0.02, 0, 0, 0, 0, 0, 0, None)
"""After everything: a network that is a network, and nothing else."""


def weather(random: Random, only: str | None) -> Weather:
    """This seed's; `only` one kind of fault if that is named."""
    share = random.choice((0.2, 0.5, 0.8))
    kinds = frozenset(kind for kind in KINDS if random.random() < share)
    if only is not None:
        kinds = frozenset({only})
    span_s = random.choice((1, 3, 8))
    rough = random.choice((0.3, 1, 1, 3))
    return Weather(
        kinds=kinds,
        span_s=span_s,
        ends_at_s=span_s + 4,
        slow=random.choice((0.02, 0.1, 0.25)),
        trouble=0.003 * rough,
        kill_share=0.25 if "kill" in kinds else 0,
        stop_share=0.25 if "stop" in kinds else 0,
        kill_step=0.006 * rough if "kill at a step" in kinds else 0,
        smtp=0.15 * rough if "smtp trouble" in kinds else 0,
        scheduled=random.randrange(6),
        mended_at_s=random.choice((span_s, span_s + 20, None)),
    )
