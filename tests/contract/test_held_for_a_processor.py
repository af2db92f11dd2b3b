"""Who has to act for a held registration is told by how its processor stands, as intake remembers that."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from real import empty

from ops.servers.administrator import looking
from ops.story.registrations import registrations
from sandbox.running import RunningSandbox
from schemas.ids import reference, registration_id
from services.intake import gate
from services.intake.documents import Intake, Processor
from services.migrate import migrate
from stream.document import Document

HELD, WITH_LOKET, WITH_EXACT = (registration_id("https://forms.example/held", one) for one in ("held", "a", "b"))
EMAIL = "Wacht@kantoor.example"


def intake(registration: str, answer: str, package: str, **more: Any) -> Document:
    known = {"answer": answer, "reference": reference(registration), "company_name": "Kantoor", "email": EMAIL}
    return Intake(since=datetime(2026, 1, 2, tzinfo=UTC), package=package, **known, **more)


@pytest.fixture
def url(sandbox: RunningSandbox) -> Iterator[str]:
    found = sandbox.endpoints().postgres.url
    migrate(found)
    for schema in ("intake", "enrichment", "provisioning"):
        empty(sandbox, schema)
    yield found
    empty(sandbox, "intake")


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
    package: str, answers: dict[str, str], who: str, url: str
) -> None:
    rows: list[tuple[str, Document]] = [(HELD, intake(HELD, "held", package, waits=("PROCESSOR_CONFIRMATION",)))]
    for registration, (kept, answer) in zip((WITH_LOKET, WITH_EXACT), answers.items(), strict=False):
        rows.append((registration, intake(registration, answer, kept)))
        rows.append((gate.of_processor(EMAIL.lower(), kept), Processor(registration=registration)))
    with psycopg.connect(url, autocommit=True) as database:
        for key, document in rows:
            database.execute(
                "insert into intake.state (kind, key, lane, document) values (%s, %s, 0, %s)",
                [document.kind, key, document.to_json()],
            )
    async with looking(url) as connection:
        (held,) = await registrations(connection, [HELD])
    assert held.next.who == who
