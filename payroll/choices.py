"""The fields in which one of a few answers is chosen. None of them has a default."""

from collections.abc import Collection
from typing import cast, get_args

from payroll.fault import FaultCode, FieldError
from payroll.packages import packages
from payroll.typed_text import typed_text
from schemas.values import FormKind, Frequency

_CHOICE_CHARACTERS_MAX = 40
_KINDS = frozenset(get_args(FormKind))
_FREQUENCIES = frozenset(get_args(Frequency))


def kind(value: object) -> FormKind:
    """Which form this is."""
    return cast("FormKind", _one_of(_KINDS, value, FaultCode.UNKNOWN_KIND))


def package_slug(value: object) -> str:
    """Which payroll package is used."""
    return _one_of(packages().keys(), value, FaultCode.UNKNOWN_PACKAGE)


def frequency(value: object) -> Frequency:
    """How often wages are paid."""
    return cast("Frequency", _one_of(_FREQUENCIES, value, FaultCode.UNKNOWN_FREQUENCY))


def yes_or_no(value: object) -> bool:
    """A JSON boolean; numbers and texts are refused."""
    if not isinstance(value, bool):
        raise FieldError(FaultCode.WRONG_TYPE, "Kies ja of nee.")
    return value


def _one_of(choices: Collection[str], value: object, unknown: FaultCode) -> str:
    if isinstance(value, str) and value in choices:
        return value
    typed_text(value, _CHOICE_CHARACTERS_MAX)
    raise FieldError(unknown)
