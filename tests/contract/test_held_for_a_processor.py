"""Who has to act for a held registration is told by how its processor stands, as intake remembers that."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from real import emptied_sync, put
from typed_forms import loket

from ops.servers.administrator import looking
from ops.story.registrations import registrations
from sandbox.running import RunningSandbox
from schemas.ids import RegistrationId, reference, registration_id
from services.intake import gate
from services.intake.documents import Claim, Intake, Processor
from services.intake.named_form import claimed_by

HELD, WITH_LOKET, WITH_EXACT = (registration_id("https://forms.example/held", one) for one in ("held", "a", "b"))
EMAIL = "Wacht@kantoor.example"


def intake(registration: str, answer: str, package: str, **more: Any) -> Intake:
    known = {"answer": answer, "reference": reference(registration), "company_name": "Kantoor", "email": EMAIL}
    return Intake(since=datetime(2026, 1, 2, tzinfo=UTC), package=package, **known, **more)


@pytest.fixture
def database(sandbox: RunningSandbox) -> Iterator[psycopg.Connection[Any]]:
    with emptied_sync(sandbox, "intake", "enrichment", "provisioning") as connection:
        yield connection


@pytest.mark.parametrize(
    ("package", "answers", "who"),
    [
        ("loket", {}, "processor"),
        ("loket", {"loket": "applied"}, "a.s.r."),
        ("loket", {"loket": "declined"}, "processor"),
        ("loket", {"loket": "declined", "exact": "applied"}, "a.s.r."),
        ("loket_webservice", {"exact": "applied"}, "processor"),
        ("loket_webservice", {"loket_webservice": "applied"}, "a.s.r."),
    ],
)
async def test_who_acts_follows_from_the_processor_that_is_waited_for(
    package: str, answers: dict[str, str], who: str, sandbox: RunningSandbox, database: psycopg.Connection[Any]
) -> None:
    put(database, "intake", HELD, intake(HELD, "held", package, waits=("PROCESSOR_CONFIRMATION",)))
    for registration, (kept, answer) in zip((WITH_LOKET, WITH_EXACT), answers.items(), strict=False):
        put(database, "intake", registration, intake(registration, answer, kept))
        put(database, "intake", gate.of_processor(EMAIL.lower(), kept), Processor(registration=registration))
    async with looking(sandbox.endpoints().postgres.url) as connection:
        (held,) = await registrations(connection, [HELD])
    assert held.next.who == who


@pytest.mark.parametrize(
    ("holder", "is_held", "why"),
    [
        (HELD, True, ["PROCESSOR_REGISTRATION"]),
        (WITH_LOKET, True, ["PROCESSOR_REGISTRATION"]),
        (WITH_LOKET, False, ["GAVE_WAY", "REGISTERED_UNDER"]),
    ],
)
async def test_who_waits_although_another_processor_was_let_in_is_told_of_at_once(
    holder: RegistrationId, why: list[str], sandbox: RunningSandbox, database: psycopg.Connection[Any], *, is_held: bool
) -> None:
    form = loket(kind="employer_registration", processor_name="Kantoor", email=EMAIL)
    ((_, names),) = claimed_by(intake(HELD, "held", "loket", form=form), HELD)
    held = intake(HELD, "held", "loket", waits=("PROCESSOR_CONFIRMATION",), form=form, claims=names.keys)
    put(database, "intake", HELD, held)
    put(database, "intake", names.own, Claim(registration=holder, owner="another", held=is_held))
    async with looking(sandbox.endpoints().postgres.url) as connection:
        (view,) = await registrations(connection, [HELD])
    assert [reason.code for reason in view.why] == why
