"""All uncertain mails at once, by the mail server's log."""

import gzip
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import click
import pytest
from remembered import NOW, ledger_mail

from ops.mails.ledger_mail import LedgerMail
from ops.mails.settling_all import MailLog, check_confirmed, compared, comparison_lines, mails_in_log, read_log
from ops.terminal.output import COLUMNS

PATIENCE_S = 70.0
LATER = NOW + timedelta(hours=1)


def test_a_mail_is_known_in_a_log_by_its_message_id_and_by_nothing_else() -> None:
    log = [
        f"Message-ID: <{UUID(int=2)}@koppeling.example> and <{UUID(int=3)}@koppeling.example>\n",
        f"queue {UUID(int=4)} of somebody@koppeling.example\n",
    ]
    assert mails_in_log(log) == MailLog(accepted=frozenset({UUID(int=2), UUID(int=3)}), begun=frozenset())


def test_a_log_is_read_from_its_file_and_refused_while_it_is_compressed(tmp_path: Path) -> None:
    said = f"Message-ID: <{UUID(int=2)}@koppeling.example>\n".encode()
    log = tmp_path / "mail.log"
    log.write_bytes(b"\xff\n" + said)
    assert read_log(log).accepted == {UUID(int=2)}
    log.write_bytes(gzip.compress(said))
    with pytest.raises(click.ClickException, match="gunzip --keep"):
        read_log(log)


def test_of_postfix_only_what_came_to_its_active_queue_was_accepted() -> None:
    log = [
        f"postfix/cleanup[7]: 4F1AB: message-id=<{UUID(int=1)}@koppeling.example>\n",
        f"postfix/cleanup[7]: 4F2AB: message-id=<{UUID(int=2)}@koppeling.example>\n",
        "postfix/smtpd[8]: lost connection after DATA (4096 bytes) from unknown[10.0.0.7]\n",
        "postfix/qmgr[9]: 4F1AB: from=<noreply@koppeling.example>, size=4096, nrcpt=1 (queue active)\n",
    ]
    assert mails_in_log(log) == MailLog(accepted=frozenset({UUID(int=1)}), begun=frozenset({UUID(int=2)}))


def test_beside_what_postfix_notes_no_other_line_says_that_it_has_accepted_a_mail() -> None:
    log = [
        f"spamd[6]: spamd: processing message <{UUID(int=1)}@koppeling.example> for filter:115\n",
        f"postfix/cleanup[7]: 4F1AB: message-id=<{UUID(int=1)}@koppeling.example>\n",
        "postfix/cleanup[7]: 4F1AB: milter-reject: END-OF-MESSAGE from unknown[10.0.0.7]: 5.7.1 spam\n",
        f"spamd[6]: spamd: processing message <{UUID(int=2)}@koppeling.example> for filter:115\n",
    ]
    assert mails_in_log(log) == MailLog(accepted=frozenset(), begun=frozenset({UUID(int=1), UUID(int=2)}))


def test_the_name_that_postfix_gives_to_a_later_message_says_nothing_of_the_one_before() -> None:
    log = [
        f"postfix/cleanup[7]: 4F1AB: message-id=<{UUID(int=1)}@koppeling.example>\n",
        "postfix/cleanup[7]: 4F1AB: message-id=<somebody@elsewhere.example>\n",
        "postfix/qmgr[9]: 4F1AB: from=<somebody@elsewhere.example>, size=96, nrcpt=1 (queue active)\n",
    ]
    assert mails_in_log(log) == MailLog(accepted=frozenset(), begun=frozenset({UUID(int=1)}))


def test_what_stands_in_the_log_was_sent_and_what_may_still_be_reported_is_left_out() -> None:
    mails = [ledger_mail(1), ledger_mail(2), ledger_mail(3, body_started_at=LATER)]
    found = compared(mails, {UUID(int=1), UUID(int=3)}, LATER, PATIENCE_S)
    assert (found.sent, found.not_sent, found.early) == ([mails[0]], [mails[1]], [mails[2]])
    lines = list(comparison_lines(found, {UUID(int=2)}))
    assert max(map(len, lines)) <= COLUMNS
    assert "of these 1 have a Message-ID" in " ".join(lines)
    assert "1 are left out" in " ".join(lines)


def test_where_nothing_can_be_settled_nothing_is_said_of_a_log() -> None:
    early = compared([ledger_mail(1, body_started_at=LATER)], (), LATER, PATIENCE_S)
    first, *others = comparison_lines(early, ())
    assert (first, "1 are left out" in " ".join(others)) == ("no mail can be settled now", True)
    assert list(comparison_lines(compared([], (), LATER, PATIENCE_S), ())) == ["no mail is uncertain"]


def test_of_a_mail_that_may_have_been_accepted_after_the_log_s_end_the_log_proves_nothing() -> None:
    mails = [ledger_mail(1), ledger_mail(2), ledger_mail(3, body_started_at=None)]
    ends = NOW + timedelta(seconds=PATIENCE_S)
    before = compared(mails, {UUID(int=1)}, LATER, PATIENCE_S, ends - timedelta(seconds=1))
    assert (before.sent, before.not_sent, before.early) == ([mails[0]], [mails[2]], [mails[1]])
    assert "could when LOG was written last" in " ".join(" ".join(comparison_lines(before, ())).split())
    assert compared(mails, {UUID(int=1)}, LATER, PATIENCE_S, ends).not_sent == mails[1:]


class Apart(LedgerMail):
    """Not to be compared with others: of ten thousand, each with each takes a minute."""

    def __eq__(self, other: object) -> bool:
        raise AssertionError

    __hash__ = LedgerMail.__hash__


def test_each_mail_is_looked_at_once_however_many_there_are() -> None:
    mails = [Apart(**dict(ledger_mail(number))) for number in range(1, 4)]
    found = compared(mails, {UUID(int=1)}, LATER, PATIENCE_S)
    assert [len(some) for some in found] == [1, 2, 0]


@pytest.mark.parametrize("confirmed", [(None, None), (1, None), (None, 2), (2, 1)])
def test_nothing_is_settled_unless_both_numbers_were_confirmed(confirmed: tuple[int | None, int | None]) -> None:
    found = compared([ledger_mail(1), ledger_mail(2), ledger_mail(3)], {UUID(int=1), UUID(int=3)}, LATER, PATIENCE_S)
    check_confirmed(found, 1, 2)
    with pytest.raises(click.ClickException, match=r"^1 mail would be .*also type --confirm 1 --confirm-sent 2$"):
        check_confirmed(found, *confirmed)


def test_what_would_come_of_nothing_needs_no_number() -> None:
    check_confirmed(compared([ledger_mail(1)], {UUID(int=1)}, NOW, PATIENCE_S), None, None)
