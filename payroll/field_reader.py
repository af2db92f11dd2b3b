"""Reads the fields of a form's JSON one by one, notes what is wrong with them, and goes on."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from payroll.asked import AskedField, Demand
from payroll.fault import MESSAGES, Fault, FaultCode, FieldError, fault
from payroll.fault_list import FaultList
from payroll.typed_text import is_blank
from payroll.unasked import shown_name, unasked

Json = Mapping[str, object]

_LEFT_OPEN = {
    "package": "Kies een pakket uit de lijst.",
    "frequency": MESSAGES[FaultCode.UNKNOWN_FREQUENCY],
    "thirteenth_month": "Kies ja of nee. Dertien perioden van vier weken zijn nog geen 13e maand.",
    "dgas": "Vul de DGA's in, of geef aan dat er geen DGA is.",
    "connections": "Vul ten minste één werkgeverscode in.",
}
_TOO_MANY = {
    # Not the usual advice to divide them over several forms: a second form for the same connection is refused.
    "dgas": "Dit zijn meer DGA's dan hier passen. Vul er 20 in, en vraag a.s.r. wat je met de andere moet doen.",
}


class FieldReader:
    """One form's faults and warnings, gathered while its values are read.

    A `path` is what precedes the field's name: it ends with a dot or is empty. A form that is `kept` was accepted once,
    so a value that only later rules would refuse is still accepted.
    """

    def __init__(self, *, kept: bool = False) -> None:
        self.faults = FaultList()
        self._kept = kept
        self._warnings: list[Fault] = []

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What is valid, but a reviewer should look at."""
        return tuple(self._warnings)

    def value(self, holder: Json, field: AskedField, path: str = "") -> Any:
        """The field's normal form; None when it was left open, is not asked or is wrong."""
        name, rule, demand, unusual, instead, where = field
        value = holder.get(name)
        if is_blank(value):
            if demand is Demand.MANDATORY:
                self._left_open(path, name, where)
            return None
        if demand is Demand.NOT_ASKED:
            code = unasked(name, value, FaultCode.FIELD_NOT_ASKED)
            self.faults.add_error(path + name, FieldError(code, instead))
            return None
        try:
            normal = rule(value)
        except FieldError as error:
            if not self._kept or error.taken_before is None:
                self.faults.add_error(path + name, error)
                return None
            normal = error.taken_before
        if unusual and (odd := unusual(normal)):
            self._warnings.append(replace(fault(path + name, odd), warning=True))
        return normal

    def refuse_unless_kept(self, field: str, code: FaultCode) -> None:
        """Note a fault that an earlier release may have accepted."""
        if not self._kept:
            self.faults.add(field, code)

    def objects(
        self, holder: Json, name: str, *, count_max: int, count_min: int = 0, demand: Demand = Demand.MANDATORY
    ) -> Iterator[tuple[int, Json]]:
        """The objects of a list, each with its index."""
        items = holder.get(name)
        if is_blank(items):
            if demand is Demand.MANDATORY:
                self._left_open("", name)
        elif not isinstance(items, list):
            self.faults.add(name, FaultCode.WRONG_TYPE)
        elif len(items) < count_min:
            self._left_open("", name)
        elif len(items) > count_max:
            self.faults.add_error(name, FieldError(FaultCode.TOO_MANY, _TOO_MANY.get(name)))
        else:
            for index, item in enumerate(items):
                if isinstance(item, dict):
                    yield index, item
                else:
                    self.faults.add(f"{name}.{index}", FaultCode.WRONG_TYPE)

    def refuse_unasked(
        self, holder: Json, names: AbstractSet[str], path: str = "", *, elsewhere: AbstractSet[str] = frozenset()
    ) -> None:
        """Note every field that is none of these names, as long as there is room for faults.

        A field that other forms ask (`elsewhere`) may be there when it was left open.
        """
        if holder.keys() <= names:
            return
        for name in holder:
            if self.faults.full:
                return
            if name in names or (name in elsewhere and is_blank(holder[name])):
                continue
            usual = FaultCode.FIELD_NOT_ASKED if name in elsewhere else FaultCode.UNKNOWN_FIELD
            self.faults.add(path + shown_name(name), unasked(name, holder[name], usual))

    def _left_open(self, path: str, name: str, where: str | None = None) -> None:
        message = f"{MESSAGES[FaultCode.REQUIRED]} {where}" if where else _LEFT_OPEN.get(name)
        self.faults.add_error(path + name, FieldError(FaultCode.REQUIRED, message))
