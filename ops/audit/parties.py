"""The flow as it is declared (`schemas/flow.py`), said to the judge as values."""

from ops.audit.judge.evidence import Party
from schemas.flow import FLOW, MONITOR


def parties() -> tuple[Party, ...]:
    """Every party, what it consumes and what it emits; the live view is none: nothing rests on what it has read."""
    return tuple(
        Party(party.name, tuple(e.name for e in party.consumes), tuple(e.name for e in party.emits), party.ours)
        for party in FLOW
        if party is not MONITOR
    )
