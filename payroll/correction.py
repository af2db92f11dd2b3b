"""A correction applied to an earlier form; the result is checked like any form."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from payroll.employer_code import any_employer_code
from payroll.fault import Fault, FaultCode, FieldError, fault
from payroll.other_forms import CONNECTION_NUMBER, connection_number, number_fault
from payroll.registration_form import typed_connections
from payroll.typed_text import is_blank
from payroll.unasked import shown_name

Json = Mapping[str, Any]

_STAYS = frozenset({"kind", "package", "supersedes"})
_OWN = frozenset({"reference", "code"})
_SKELETON = ("kind", "package")
_NO_ANSWER = frozenset(
    {FaultCode.UNKNOWN_FIELD, FaultCode.FIELD_NOT_ASKED, FaultCode.BSN_REFUSED, FaultCode.CONTROL_CHARACTER}
)
_TOO_MANY_CONNECTIONS = fault("connections", FaultCode.TOO_MANY)
_NOT_AS_TYPED = frozenset({FaultCode.DUPLICATE_KEY, FaultCode.NOT_FINITE, FaultCode.NOT_UNICODE})


def skeleton(form: Json) -> dict[str, Any]:
    """The fields that no correction can change; the correction has to bring all others."""
    return {name: form[name] for name in _SKELETON if isinstance(form.get(name), str)}


def correctable_part(form: Json, faults: Collection[Fault]) -> dict[str, Any]:
    """The part of a refused form on which its correction builds.

    Left out are fields that are not asked (no correction could remove them), values that the parser had to guess, texts
    with the character NUL (Postgres cannot store it), and a list of too many connections. If the form as a whole has a
    fault, as with more faults than are listed, only the skeleton is left.
    """
    if any(fault.field == "form" for fault in faults):
        return skeleton(form)
    paths = {fault.field for fault in faults if fault.code in _NO_ANSWER or fault == _TOO_MANY_CONNECTIONS}
    names = {fault.field for fault in faults if fault.code in _NOT_AS_TYPED}
    kept: dict[str, Any] = _without(form, paths, names)
    return kept


def corrected(earlier: Json, correction: Json) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The form as it was typed, with the correction's changes, and the faults of what the correction may not change.

    What the correction leaves open stays as it was. A connection is found by its number, else by its place in the list;
    if the earlier form has no list, the correction's becomes the list. Of connections with the same employer code only
    the first stays, unless the correction gives one another code. The place of a dropped one is left empty, because
    secrets are sealed for a connection's number.
    """
    said = {name: value for name, value in correction.items() if name not in _OWN and not is_blank(value)}
    faults = [fault(name, FaultCode.FIELD_NOT_ASKED) for name in sorted(_STAYS & said.keys() - {"kind"})]
    changes = {name: value for name, value in said.items() if name not in _STAYS}
    before, now = typed_connections(earlier), changes.get("connections")
    if isinstance(now, list):
        changes["connections"], unknown = _connections(before, now)
        faults += unknown
    elif repeated := _repeated(before):
        changes["connections"] = _but_for(before, repeated)
    return {**earlier, **changes}, tuple(faults)


def without_connections(earlier: Json, numbers: Collection[int]) -> dict[str, Any]:
    """The form without these connections; their places are left empty, so that the others keep their numbers."""
    typed = typed_connections(earlier)
    return {**earlier, "connections": _but_for(typed, numbers)} if typed else dict(earlier)


def _connections(earlier: list[Any], changes: list[Any]) -> tuple[list[Any], list[Fault]]:
    if not earlier:
        return [_unnumbered(change) if isinstance(change, dict) else change for change in changes], []
    connections, repeated = list(earlier), _repeated(earlier)
    faults = []
    for index, change in enumerate(changes):
        if change is None:
            continue
        if not isinstance(change, dict):
            faults.append(fault(f"connections.{index}", FaultCode.WRONG_TYPE))
            continue
        number = connection_number(change, index + 1)
        if unusable := number_fault(number, len(connections)):
            faults.append(fault(f"connections.{index}.{CONNECTION_NUMBER}", unusable))
            continue
        before = connections[number - 1]
        said = _unnumbered(change)
        connections[number - 1] = {**before, **said} if isinstance(before, dict) else said
        repeated.discard(number)
    return _but_for(connections, repeated & _repeated(connections)), faults


def _repeated(connections: list[Any]) -> set[int]:
    """The numbers of the connections whose employer code an earlier one in the list has too."""
    codes = [_employer_code(one) for one in connections]
    return {place + 1 for place, code in enumerate(codes) if code is not None and code in codes[:place]}


def _employer_code(connection: Any) -> str | None:
    try:
        return any_employer_code(connection.get("employer_code")) if isinstance(connection, dict) else None
    except FieldError:
        return None


def _but_for(connections: list[Any], numbers: Collection[int]) -> list[Any]:
    return [None if number in numbers else one for number, one in enumerate(connections, start=1)]


def _unnumbered(change: Json) -> dict[str, Any]:
    return {name: value for name, value in change.items() if name != CONNECTION_NUMBER and not is_blank(value)}


def _without(value: Any, paths: AbstractSet[str], names: AbstractSet[str], place: str = "") -> Any:
    if isinstance(value, list):
        return [_without(item, paths, names, f"{place}{index}.") for index, item in enumerate(value)]
    if isinstance(value, str):
        return None if "\0" in value else value
    if not isinstance(value, dict):
        return value
    shown = {name: shown_name(name) for name in value}
    return {
        name: _without(below, paths, names, f"{place}{shown[name]}.")
        for name, below in value.items()
        if place + shown[name] not in paths and shown[name] not in names and "\0" not in name
    }
