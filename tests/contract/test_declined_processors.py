"""Whoever declines a processor sees first which of its employers' registrations stay held, and which go on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from real import emptied_sync, put

from ops.asr.registered_by import SHOWN_MAX
from ops.cli import main
from ops.terminal.output import COLUMNS
from payroll.packages import packages
from sandbox.running import RunningSandbox
from schemas.ids import reference, registration_id
from services.intake.documents import BeforeCorrection, Intake

pytestmark = pytest.mark.sandbox

EMAIL, OTHER = "Noord@kantoor.example", "zuid@kantoor.example"
FORM = {"kind": "employer_registration"}
OWN = registration_id("https://forms.example/declines", "own")
NEEDS_CREDENTIALS = next(slug for slug, package in packages().items() if package.processor_secrets)
MANY = SHOWN_MAX + 1


def intake(name: str, answer: str, **more: Any) -> tuple[str, Intake]:
    registration = registration_id("https://forms.example/declines", name)
    known = {"answer": answer, "reference": reference(registration), "company_name": name, "package": "exact"}
    return registration, Intake(since=datetime(2026, 1, 2, tzinfo=UTC), **known | {"email": EMAIL, "form": FORM} | more)


def documents() -> Iterator[tuple[str, Intake]]:
    yield intake("own", "applied", form={"kind": "processor_registration"})
    yield intake("waits", "held", email=EMAIL.upper())
    yield intake("elsewhere", "held", email=OTHER)
    yield intake("credentials", "held", package=NEEDS_CREDENTIALS)
    yield intake("asked", "requested", form={"kind": "link_request"})
    yield intake("ended", "ended")
    stands = BeforeCorrection(form=FORM, email=EMAIL, company_name="x", package="exact", sealed_to=(), claims=())
    yield intake("corrected", "held", stands=stands)
    yield from (intake(f"works-{n}", "submitted") for n in range(MANY - 1))


@pytest.fixture
def shown(sandbox: RunningSandbox) -> list[str]:
    """The plan's lines."""
    with emptied_sync(sandbox, "intake") as connection:
        for key, document in documents():
            put(connection, "intake", key, document)
        words = ["processors", "decline", reference(OWN), "--state", str(sandbox.state.path)]
        said = CliRunner().invoke(main, words)
    assert said.exit_code == 0, said.output
    return said.stdout.splitlines()


def test_what_stays_held_and_what_goes_on_is_counted_and_listed_up_to_a_limit(shown: list[str]) -> None:
    at = shown.index("registered by it, and stays held: 1")
    assert shown[at + 1] == f"  {reference(registration_id('https://forms.example/declines', 'waits'))}"
    assert shown[at + 2] == f"registered by it, and goes on as it is (under way, or works): {MANY}"
    assert "and 1 more" in " ".join(shown)
    assert max(map(len, shown)) <= COLUMNS
    assert "it would be declined" in shown
