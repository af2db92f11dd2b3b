"""The codes of mails: one for each registration and cycle, typed by people, guessed by nobody."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.correction_code import CorrectionCodes
from services.intake.settings import IntakeSettings
from stream.environment import PREFIX
from stream.settings import redacted

CODES = CorrectionCodes(b"k" * 32)
REGISTRATION = "6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10"
cycles = st.integers(1, 1000)


@given(cycles)
def test_a_code_reads_well_and_is_accepted_however_it_is_typed(cycle: int) -> None:
    code = CODES.code(REGISTRATION, cycle)
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code)
    typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
    assert CODES.accepts(code, REGISTRATION, cycle)
    assert CODES.accepts(typed, REGISTRATION, cycle)


@given(cycles, cycles)
def test_a_code_belongs_to_its_cycle_its_registration_and_its_key(cycle: int, other: int) -> None:
    code = CODES.code(REGISTRATION, cycle)
    assert CODES.accepts(code, REGISTRATION, other) == (cycle == other)
    assert not CODES.accepts(code, REGISTRATION.replace("6", "7"), cycle)
    assert not CorrectionCodes(b"K" * 32).accepts(code, REGISTRATION, cycle)


def test_a_code_of_the_previous_key_is_accepted_and_none_is_made_under_it() -> None:
    renewed = CorrectionCodes(b"K" * 32, previous=b"k" * 32)
    assert renewed.accepts(CODES.code(REGISTRATION, 1), REGISTRATION, 1)
    assert not renewed.accepts(CODES.code(REGISTRATION, 1), REGISTRATION, 2)
    assert renewed.code(REGISTRATION, 1) == CorrectionCodes(b"K" * 32).code(REGISTRATION, 1)
    assert renewed.accepts(renewed.code(REGISTRATION, 1), REGISTRATION, 1)


@given(st.text())
def test_nothing_else_is_accepted_and_nothing_breaks_it(typed: str) -> None:
    assert not CODES.accepts(typed, REGISTRATION, 1)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        CorrectionCodes(b"k" * 31)
    with pytest.raises(ValueError, match="at least 32 bytes"):
        CorrectionCodes(b"k" * 32, previous=b"k" * 31)


def test_intake_accepts_what_the_notifier_wrote_under_the_key_before(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"KAFKA_BOOTSTRAP": "k:1", "POSTGRES_URL": "postgresql://i:x@p/k", "CORRECTION_KEY": "new" * 11}
    for name, value in {**told, "CORRECTION_KEY_PREVIOUS": "old" * 11}.items():
        monkeypatch.setenv(PREFIX + name, value)
    settings = IntakeSettings()
    codes = settings.terms().codes
    assert codes is not None
    assert codes.accepts(CorrectionCodes(b"old" * 11).code(REGISTRATION, 1), REGISTRATION, 1)
    assert "oldold" not in redacted(settings)
