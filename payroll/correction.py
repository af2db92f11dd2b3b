"""An earlier form with what a correction says in its place; the result is checked like any form."""

from collections.abc import Mapping
from typing import Any

from payroll.fault import Fault, FaultCode, fault
from payroll.other_forms import CONNECTION_NUMBER
from payroll.typed_text import is_blank

Json = Mapping[str, Any]

_STAYS = frozenset({"kind", "package", "supersedes"})
_OWN = frozenset({"reference", "code"})


def corrected(earlier: Json, correction: Json) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The form as it was typed, changed, and what the correction may not change.

    What the correction leaves open stays. A connection is found by its number, else by its place in the list.
    """
    said = {name: value for name, value in correction.items() if name not in _OWN and not is_blank(value)}
    faults = [fault(name, FaultCode.FIELD_NOT_ASKED) for name in sorted(_STAYS & said.keys() - {"kind"})]
    changes = {name: value for name, value in said.items() if name not in _STAYS}
    if isinstance(changes.get("connections"), list) and isinstance(earlier.get("connections"), list):
        changes["connections"], unknown = _connections(earlier["connections"], changes["connections"])
        faults += unknown
    return {**earlier, **changes}, tuple(faults)


def _connections(earlier: list[Any], changes: list[Any]) -> tuple[list[Any], list[Fault]]:
    connections = list(earlier)
    faults = []
    for index, change in enumerate(changes):
        number = change.get(CONNECTION_NUMBER, index + 1) if isinstance(change, dict) else None
        if type(number) is not int or not 1 <= number <= len(connections):
            faults.append(fault(f"connections.{index}.{CONNECTION_NUMBER}", FaultCode.CONNECTION_UNKNOWN))
            continue
        before = connections[number - 1]
        said = {name: value for name, value in change.items() if name != CONNECTION_NUMBER and not is_blank(value)}
        connections[number - 1] = {**before, **said} if isinstance(before, dict) else said
    return connections, faults
