"""The faults found in one form, in the order in which they were found, never more than a person can read."""

from payroll.fault import Fault, FaultCode, FieldError, fault

FAULTS_MAX = 50


class FaultList:
    """Collects what is wrong. Beyond `FAULTS_MAX` faults one TOO_MANY_FAULTS stands for the rest."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, field: str, code: FaultCode) -> None:
        """Note a fault with its usual message."""
        self._note(fault(field, code))

    def add_error(self, field: str, error: FieldError) -> None:
        """Note what a field's rule raised."""
        self._note(Fault(field, error.code, error.message))

    @property
    def full(self) -> bool:
        """Whether no more faults are noted, so that it is useless to search on."""
        return len(self._faults) > FAULTS_MAX

    def all(self) -> tuple[Fault, ...]:
        """Every fault noted."""
        return tuple(self._faults)

    def _note(self, found: Fault) -> None:
        if len(self._faults) == FAULTS_MAX:
            found = fault("form", FaultCode.TOO_MANY_FAULTS)
        if not self.full:
            self._faults.append(found)
