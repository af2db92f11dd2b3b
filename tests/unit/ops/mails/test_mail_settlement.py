"""Which uncertain mails may be settled, and what is said before one is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from remembered import NOW, REFERENCE, ledger_mail

from ops.cli import main
from ops.mails.ledger_mail import mail_lines
from ops.mails.settlement import Verdict, settlement_lines, verdict_s, why_not
from ops.terminal.output import COLUMNS
from services.notifier.ledger import Status
from services.notifier.settings import SenderSettings

PATIENCE_S = 70.0


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_mail_whose_sender_can_still_report_is_refused() -> None:
    assert "settle it after 2026-11-22 13:01:10" in str(why_not(ledger_mail(), after(PATIENCE_S - 0.1), PATIENCE_S))
    assert why_not(ledger_mail(), after(PATIENCE_S), PATIENCE_S) is None


def test_a_mail_whose_body_never_began_has_no_sender_that_could_report() -> None:
    assert why_not(ledger_mail(body_started_at=None), NOW, PATIENCE_S) is None


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("status", [status for status in Status if status is not Status.UNCERTAIN])
def test_only_what_is_uncertain_is_settled_and_as_sent_or_given_up_what_has_failed(
    status: Status, verdict: Verdict
) -> None:
    said = str(why_not(ledger_mail(status=status), after(3600), PATIENCE_S, verdict))
    settled = status is Status.FAILED and verdict is not Verdict.NOT_SENT
    assert (f"this mail is {status}" in said) is not settled


def test_a_mail_is_given_up_once() -> None:
    settled = ledger_mail(status=Status.FAILED, reply="settled: given-up")
    assert "this mail is settled: given-up" in str(why_not(settled, after(3600), PATIENCE_S, Verdict.GIVEN_UP))
    assert why_not(settled, after(3600), PATIENCE_S, Verdict.SENT) is None


def test_an_uncertain_mail_is_not_given_up() -> None:
    assert "this mail is UNCERTAIN" in str(why_not(ledger_mail(), after(3600), PATIENCE_S, Verdict.GIVEN_UP))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.PLANNED, "does not go out"),
        (Status.CLAIMED, "does not go out"),
        (Status.BODY_STARTED, "may have the mail twice"),
        (Status.UNCERTAIN, "may have the mail twice"),
        (Status.SENT, "has the mail twice, and is to be told"),
        (Status.FAILED, "it did not go out"),
    ],
)
def test_what_becomes_of_a_mail_that_was_planned_anew_in_vain_is_said(status: Status, said: str) -> None:
    settled = ledger_mail(status=Status.FAILED, reply="settled: not-sent")
    lines = list(settlement_lines(settled, Verdict.SENT, NOW, ledger_mail(6, epoch=1, status=status)))
    assert f"{UUID(int=6)}, which is {status}" in " ".join(lines)
    assert said in " ".join(lines)
    assert max(map(len, lines)) <= COLUMNS


@pytest.mark.parametrize(("reply", "times"), [("RCPT 552", 1), ("settled: given-up", 0)])
def test_what_was_planned_anew_and_failed_is_to_be_given_up_once(reply: str, times: int) -> None:
    failed = [ledger_mail(number, status=Status.FAILED, reply=reply) for number in (5, 6)]
    said = " ".join(settlement_lines(failed[0], Verdict.SENT, NOW, failed[1]))
    assert said.count("Settle it as given-up") == times


def test_the_patience_is_that_of_the_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELING_SMTP_TIMEOUT_S", "100")
    assert verdict_s() == SenderSettings(smtp_host="x", smtp_port=1).verdict_s > 100


@pytest.mark.parametrize("words", [["settle", str(UUID(int=5)), "sent"], ["settle-all", "mail.log"]])
def test_settings_that_are_wrong_are_said_by_the_names_of_their_variables(
    words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mail.log").touch()
    monkeypatch.setenv("KOPPELING_ADMIN_URL", "postgresql://operator@127.0.0.1:1/nowhere")
    monkeypatch.setenv("KOPPELING_SMTP_TIMEOUT_S", "abc")
    monkeypatch.setenv("KOPPELING_CLAIM_S", "0")
    result = CliRunner().invoke(main, ["mails", *words])
    assert result.exit_code == 2, result.output
    assert "KOPPELING_SMTP_TIMEOUT_S: " in result.stderr
    assert "KOPPELING_CLAIM_S: " in result.stderr


@pytest.mark.parametrize("verdict", Verdict)
def test_what_comes_of_a_verdict_is_said_in_80_columns(verdict: Verdict) -> None:
    lines = list(settlement_lines(ledger_mail(occasion="connection 1 cycle 12 action 34", epoch=1), verdict, NOW))
    assert max(map(len, lines)) <= COLUMNS
    assert ("planned anew and sent" in " ".join(lines)) == (verdict is Verdict.NOT_SENT)


def test_of_a_mail_that_was_planned_anew_before_is_said_which_row_stands_for_it_and_that_nothing_is_sent() -> None:
    newer = ledger_mail(6, epoch=1, status=Status.SENT)
    lines = list(settlement_lines(ledger_mail(), Verdict.NOT_SENT, NOW, newer))
    assert max(map(len, lines)) <= COLUMNS
    assert "nothing is sent. The same mail was planned anew before, as" in " ".join(lines)
    assert f"{newer.id}, which is SENT" in " ".join(lines)
    assert "ends as SENT" in " ".join(settlement_lines(ledger_mail(), Verdict.SENT, NOW, newer))


def test_a_mail_is_told_with_its_reader_s_role_and_domain_and_without_the_address() -> None:
    assert list(mail_lines([ledger_mail()], after(120).astimezone(UTC))) == [
        f"{REFERENCE} link-realised, connection 1, to the applicant at nergens.example",
        "  00000000-0000-0000-0000-000000000005",
        "  UNCERTAIN, tried 1 x, since 2026-11-22 13:00:00 (2 min)",
        "  DATA",
    ]


def test_of_a_mail_to_what_is_no_address_no_domain_is_told() -> None:
    assert next(mail_lines([ledger_mail(domain=None)], NOW)).endswith("to the applicant")


def test_a_mail_forced_in_a_later_epoch_is_not_said_to_have_been_planned_so_often() -> None:
    assert "to the applicant at nergens.example, planned anew in epoch 2" in " ".join(
        " ".join(mail_lines([ledger_mail(epoch=2)], NOW)).split()
    )
