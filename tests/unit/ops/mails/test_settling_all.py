"""All uncertain mails at once, by the mail server's log."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import click
import pytest
from remembered import NOW, REFERENCE, REGISTRATION

from ops.mails.ledger_mail import LedgerMail
from ops.mails.settling_all import check_confirmed, compared, comparison_lines, mails_in_log
from ops.terminal.output import COLUMNS
from services.notifier.ledger import Status

PATIENCE_S = 70.0
LATER = NOW + timedelta(hours=1)


def mail(number: int, **fields: Any) -> LedgerMail:
    plain: dict[str, Any] = {
        "id": UUID(int=number), "registration": REGISTRATION, "reference": REFERENCE, "kind": "link-realised",
        "occasion": "connection 1", "role": "applicant", "epoch": 0, "status": Status.UNCERTAIN, "attempts": 1,
        "reply": "DATA", "planned_at": NOW, "body_started_at": NOW, "since": NOW,
    }  # fmt: skip
    return LedgerMail(**(plain | fields))


def test_a_mail_is_known_in_a_log_by_its_message_id_and_by_nothing_else() -> None:
    log = [
        f"postfix/cleanup[7]: 4F: message-id=<{UUID(int=1)}@koppeling.example>\n",
        f"Message-ID: <{UUID(int=2)}@koppeling.example> and <{UUID(int=3)}@koppeling.example>\n",
        f"queue {UUID(int=4)} of somebody@koppeling.example\n",
    ]
    assert mails_in_log(log) == {UUID(int=1), UUID(int=2), UUID(int=3)}


def test_what_stands_in_the_log_was_sent_and_what_may_still_be_reported_is_left_out() -> None:
    mails = [mail(1), mail(2), mail(3, body_started_at=LATER)]
    found = compared(mails, {UUID(int=1), UUID(int=3)}, LATER, PATIENCE_S)
    assert (found.sent, found.not_sent, found.early) == ([mails[0]], [mails[1]], [mails[2]])
    lines = list(comparison_lines(found))
    assert max(map(len, lines)) <= COLUMNS
    assert "1 are left out" in lines[-1]


def test_nothing_is_sent_again_unless_so_many_were_confirmed() -> None:
    found = compared([mail(1), mail(2)], {UUID(int=1)}, LATER, PATIENCE_S)
    check_confirmed(found, 1)
    for confirmed in (None, 2):
        with pytest.raises(click.ClickException, match="type --confirm 1"):
            check_confirmed(found, confirmed)
    check_confirmed(compared([mail(1)], {UUID(int=1)}, datetime.now(UTC), PATIENCE_S), None)
