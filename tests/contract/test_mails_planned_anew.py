import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from real import empty

from ops.mails.ledger_mail import mails_of
from ops.mails.resending import resend
from ops.mails.settlement import Verdict, settle
from sandbox.running import RunningSandbox
from services.migrate import migrate
from services.notifier.documents import Correspondence
from stream.document import Document

pytestmark = pytest.mark.sandbox

REGISTRATION = "6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10"
MAIL = UUID(int=7)
PLAN = """
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload, status, body_started_at)
values ($1, 3, $2, 'link-realised', 'connection 1', 'applicant', 0, $3, $4, now() - interval '1 hour')
"""
STATE = "insert into notifier.state (kind, key, lane, revision, document) values ('correspondence', $1, 3, 1, $2)"


@pytest.fixture
async def database(sandbox: RunningSandbox) -> AsyncIterator[Any]:
    migrate(sandbox.endpoints().postgres.url)
    empty(sandbox, "notifier")
    connection = await asyncpg.connect(sandbox.endpoints().postgres.url)
    yield connection
    await connection.close()


async def planned_anew(
    database: Any, *, known: Document | None, code_for: dict[str, Any] | None, to: str | None = None
) -> dict[str, Any]:
    """What the mail is in its next epoch: resent, or settled as not sent when nobody names an address."""
    payload = {"email": "kas@korst.example", "code_for": code_for}
    status = "SENT" if to else "UNCERTAIN"
    await database.execute(PLAN, MAIL, REGISTRATION, json.dumps(payload), status)
    if known is not None:
        await database.execute(STATE, REGISTRATION, known.to_json())
    (mail,) = await mails_of(database, mail=MAIL)
    if to:
        await resend(database, mail, to, "a slip")
    else:
        await settle(database, mail, Verdict.NOT_SENT, "as the log says", 60)
    found = await database.fetchval("select payload from notifier.effect where epoch = 1 and status = 'PLANNED'")
    return dict(json.loads(found))


@pytest.mark.parametrize("to", [None, "baas@korst.example"])
@pytest.mark.parametrize(("known", "cycle"), [(None, 1), (Correspondence(cycle=3), 3)])
async def test_a_mail_that_is_planned_anew_brings_the_code_that_counts(
    database: Any, known: Correspondence | None, cycle: int, to: str | None
) -> None:
    code_for = {"registration": REGISTRATION, "cycle": 1}
    anew = await planned_anew(database, known=known, code_for=code_for, to=to)
    assert anew == {"email": to or "kas@korst.example", "code_for": code_for | {"cycle": cycle}}


async def test_a_mail_without_a_code_gets_none(database: Any) -> None:
    anew = await planned_anew(database, known=Correspondence(cycle=3), code_for=None)
    assert anew == {"email": "kas@korst.example", "code_for": None}
