"""Rows of the mail ledger as tests of operators' commands put them there and find them."""

import json
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from click.testing import Result

REGISTRATION = "6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10"
MAIL = UUID(int=7)
PLAN = """
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload, status, body_started_at)
values ($1, 3, $2, 'link-realised', 'connection 1', 'applicant', 0, $3, $4, now() - interval '1 hour')
"""
FAILED = """
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload, status, reply, finished_at)
values (gen_random_uuid(), 3, $1, 'link-realised', 'connection 1', 'applicant', $2,
  '{"email": "kas@korst.example", "code_for": null}', 'FAILED', $3, now() - $4 * interval '1 hour')
"""
KAS = "kas@korst.example"
PAYLOAD = json.dumps({"email": KAS, "code_for": None})
Mails = Callable[..., Coroutine[Any, Any, Result]]
"""Runs `koppeling mails` with these words."""


async def ids_and_statuses(ledger: Any) -> list[tuple[UUID, str]]:
    """Of all mails, by epoch."""
    rows = await ledger.fetch("select id, status from notifier.effect order by epoch")
    return [(row["id"], row["status"]) for row in rows]
