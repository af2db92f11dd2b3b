"""The declared flow (`schemas/flow.py`) as the judge's own values."""

from ops.audit.judge.evidence import Party
from schemas.flow import FLOW, MONITOR


def parties() -> tuple[Party, ...]:
    """Every party, with what it consumes and emits; without the live view, as nothing depends on what that has read."""
    return tuple(
        Party(party.name, tuple(e.name for e in party.consumes), tuple(e.name for e in party.emits), party.ours)
        for party in FLOW
        if party is not MONITOR
    )
