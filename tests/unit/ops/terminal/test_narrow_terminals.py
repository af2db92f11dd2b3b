"""What commands print on a narrow terminal: lines that it need not break, and help of whole sentences."""

from collections.abc import Callable, Iterable
from uuid import UUID

import click
import pytest
from click.testing import CliRunner
from remembered import NOW, REFERENCE, at_keylane, ledger_mail, parked, replay

from ops.actions.applying import not_applied
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.i10_accounting import Account
from ops.audit.report import TITLES, AuditView, Ruling, report_lines
from ops.cli import main
from ops.commands.replay import replay_lines
from ops.mails.ledger_mail import mail_lines
from ops.parked.lines import parked_lines
from ops.parked.plan import discard_lines, retry_lines
from ops.replay.asked import Asked
from ops.story.lines import story_lines
from ops.story.table import registration_lines
from ops.story.view import view
from ops.terminal.output import line_width, say, shorten, wrapped
from services.provisioning.documents import LinkStage

GROUPS = ("policies", "processors", "parked", "replay", "mails", "brake")


@pytest.fixture
def forty_columns(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", "40")
    return 40


@pytest.mark.parametrize(("columns", "width"), [("20", 40), ("60", 60), ("300", 80), ("", 80), ("wide", 80)])
def test_a_line_is_as_wide_as_the_terminal_within_bounds(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert line_width() == width
    assert len(shorten("x" * 500)) == width


def test_words_stay_whole(forty_columns: int) -> None:
    text = "registration-submitted " * 9
    lines = wrapped(text, "- ", "  ")
    assert max(map(len, lines)) <= forty_columns
    assert {word for line in lines for word in line.split()} == {"-", "registration-submitted"}


def audit() -> AuditView:
    account = Account(
        service="provisioning", received=12_345, done=12_000, parked=300, moved=20, in_flight=20, forgotten=4, missing=1
    )
    rulings = tuple(Ruling(invariant=one, title=TITLES[one], findings=0, partly="no Kafka " * 9) for one in Invariant)
    found = Finding(invariant=Invariant.I1, code="LOST", about="about " * 20, what="what " * 20, act="act " * 20)
    return AuditView(at=NOW, since=None, accounts=(account,), invariants=rulings, findings=(found,))


PRINTED: dict[str, Callable[[], Iterable[str]]] = {
    "a story": lambda: story_lines(view(at_keylane(LinkStage.ACTION_NEEDED), NOW), NOW),
    "an audit": lambda: report_lines(audit(), 9),
    "replays": lambda: replay_lines(
        [replay(asked=str(Asked("registration-submitted", "provisioning", since=NOW, registration=str(UUID(int=1)))))]
    ),
}


@pytest.mark.parametrize("what", PRINTED)
def test_what_is_printed_fits(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, PRINTED[what]())) <= 60


def test_the_table_of_registrations_fits_in_two_lines_for_each(forty_columns: int) -> None:
    one = view(at_keylane(LinkStage.ACTION_NEEDED), NOW).listed
    lines = [click.unstyle(line) for line in registration_lines([one], NOW, line_width())]
    assert [line.split()[0] for line in lines] == ["reference", "package", REFERENCE, "loket"]
    assert max(map(len, lines)) <= forty_columns


def test_what_is_parked_fits_and_its_handle_stays_whole(forty_columns: int) -> None:
    rows = [parked(), parked(retry_at=NOW)]
    for lines in (
        parked_lines(rows, NOW),
        list(retry_lines(rows)),
        list(discard_lines(rows)),
    ):
        assert max(map(len, lines)) <= forty_columns
        assert rows[0].handle in " ".join(lines).split()


def test_a_mail_of_the_ledger_fits(forty_columns: int) -> None:
    mail = ledger_mail(kind="registration_submitted", epoch=2, attempts=12, reply="no reply " * 9)
    assert max(map(len, mail_lines([mail], NOW))) <= forty_columns


def test_how_a_plan_ends_fits(forty_columns: int, capsys: pytest.CaptureFixture[str]) -> None:
    say(not_applied("--confirm 10000"))
    assert max(map(len, capsys.readouterr().out.splitlines())) <= forty_columns


@pytest.mark.parametrize("group", GROUPS)
def test_the_help_says_of_each_command_a_whole_sentence(group: str) -> None:
    said = CliRunner().invoke(main, [group, "--help"]).output
    assert "..." not in said.partition("Commands:")[2]
