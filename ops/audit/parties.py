"""The flow as it is declared (`schemas/flow.py`), said to the judge as values."""

from ops.audit.evidence import Party
from schemas.flow import FLOW, MONITOR


def parties() -> tuple[Party, ...]:
    """Every party, what it consumes and what it emits; the live view is none: nothing rests on what it has read."""
    return tuple(
        Party(stage.name, tuple(e.name for e in stage.consumes), tuple(e.name for e in stage.emits), stage.ours)
        for stage in FLOW
        if stage is not MONITOR
    )
