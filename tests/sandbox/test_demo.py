import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from click.testing import CliRunner, Result
from process_ends import ProcessEnds

from ops.cli import main
from sandbox.mail_index import read_mailbox
from sandbox.remove import remove
from sandbox.state_directory import StateDirectory
from schemas.ids import is_reference

DEADLINE_S = 150
KOPPELING = (sys.executable, "-m", "ops.cli")


def koppeling(*words: str, state: Path) -> Result:
    """Type this, in this process: a Python costs it a second."""
    return CliRunner(catch_exceptions=False).invoke(main, [*words, "--state", str(state)])


@pytest.fixture(scope="module")
def state() -> Iterator[StateDirectory]:
    directory = StateDirectory(Path(mkdtemp(prefix="koppeling-test-")))
    yield directory
    remove(directory)


@pytest.fixture(scope="module")
def demo(state: StateDirectory) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*KOPPELING, "demo", "--keep", "--state", str(state.path)],
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )


@pytest.fixture(scope="module")
def registrations(demo: subprocess.CompletedProcess[str], state: StateDirectory) -> list[dict[str, Any]]:
    assert demo.returncode == 0, demo.stdout + demo.stderr
    found: list[dict[str, Any]] = json.loads(koppeling("status", "--json", state=state.path).stdout)
    return found


def test_the_demo_ends_by_itself_with_everything_realised_once(demo: subprocess.CompletedProcess[str]) -> None:
    lines = demo.stdout.splitlines()
    assert lines[-1] == "demo: 9 of 9 realised, 9 mails, 0 lost, 0 double", demo.stdout + demo.stderr
    assert demo.returncode == 0
    assert demo.stderr == ""


def test_without_a_terminal_it_prints_plain_lines_of_80_columns(demo: subprocess.CompletedProcess[str]) -> None:
    # Where a test's own folder is named, the line is as long as the folder's name.
    lines = [line for line in demo.stdout.splitlines() if "--state" not in line]
    assert [line for line in lines if len(line) > 80] == []
    assert "\x1b" not in demo.stdout


def test_it_shows_every_stage_and_every_mail_of_a_registration(
    demo: subprocess.CompletedProcess[str], registrations: list[dict[str, Any]]
) -> None:
    raet = next(one["reference"] for one in registrations if one["package"] == "raet")
    shown = [line for line in demo.stdout.splitlines() if f"{raet}  raet " in line]
    told = [(re.split(r" {2,}", line.strip())[3], float(line.split()[0])) for line in shown if "keylane" not in line]
    # Each is shown once it is known, and topics have no order among each other: what counts is when it was.
    at_s = {what: elapsed_s for what, elapsed_s in told if not what.startswith("mail ")}
    stages = ["submitted", "accepted", "enriched", "requested", "realised"]
    assert sorted(at_s) == sorted(stages)
    assert [at_s[stage] for stage in stages] == sorted(at_s.values())
    assert sorted(what for what, _ in told if what not in at_s) == [
        *["mail link-realised"] * 3,
        "mail registration-received",
    ]


def test_it_prints_recipient_subject_and_first_exchange_of_each_confirmation(
    demo: subprocess.CompletedProcess[str],
    registrations: list[dict[str, Any]],
    state: StateDirectory,
) -> None:
    assert registrations
    confirmations = [mail for mail in read_mailbox(state.mailbox) if mail.subject.startswith("Salariskoppeling klaar")]
    assert len(confirmations) == 9
    for mail in confirmations:
        assert f"  {mail.recipient}: first exchange " in demo.stdout
        assert f"    {mail.subject} (" in demo.stdout


def test_what_should_not_be_realised_is_answered_or_parked(
    demo: subprocess.CompletedProcess[str], registrations: list[dict[str, Any]], state: StateDirectory
) -> None:
    ended = {one["stage"]: one for one in registrations}
    assert Counter(one["stage"] for one in registrations) == {
        "realised": 7,
        "processor_confirmed": 3,
        "link_requested": 3,
        "passed_on": 1,
        "refused": 1,
        "rejected": 1,
    }
    assert [mail["kind"] for mail in ended["refused"]["mails"]] == ["registration-received", "provisioning-refused"]
    assert [mail["kind"] for mail in ended["rejected"]["mails"]] == ["registration-rejected"]
    (row,) = json.loads(koppeling("parked", "list", "--json", state=state.path).stdout)
    assert (row["service"], row["topic"], row["reason"]) == ("intake", "form-received", "NOT_JSON")
    assert "value" not in row
    assert f"{row['topic']} {row['partition']} @ {row['offset']}" in demo.stdout


def mails_about(registrations: list[dict[str, Any]], company: str) -> list[tuple[str, str]]:
    (found,) = (one for one in registrations if one["company_name"] == company and one["connections"])
    return [(mail["kind"], mail["occasion"]) for mail in found["mails"]]


def test_a_registration_that_came_too_early_is_held_and_goes_on(registrations: list[dict[str, Any]]) -> None:
    *before, first, second = mails_about(registrations, "Installatiebedrijf Zomaar")
    assert before == [("registration-held", "cycle 1 reminder 0"), ("registration-received", "cycle 1")]
    # To two people at once: either may be first.
    assert {first, second} == {("link-realised", "connection 1"), ("link-works", "connection 1")}


def test_what_a_customer_corrects_is_realised_in_its_next_cycle(registrations: list[dict[str, Any]]) -> None:
    assert mails_about(registrations, "Drukkerij Bijna Goed") == [
        ("registration-received", "cycle 1"),
        ("customer-action-needed", "connection 1 cycle 1 action 1"),
        ("registration-received", "cycle 2"),
        ("link-realised", "connection 1 cycle 2"),
    ]


def test_the_whole_story_of_a_registration_is_told_by_its_reference(
    registrations: list[dict[str, Any]], state: StateDirectory
) -> None:
    asked = next(one for one in registrations if "customer-action-needed" in {mail["kind"] for mail in one["mails"]})
    typed = f"{asked['reference'][:4].lower()}-{asked['reference'][4:]}"
    story = koppeling("status", typed, state=state.path)
    assert story.exit_code == 0
    for text in (asked["company_name"], "realised", "customer-action-needed", "link-realised", "first exchange"):
        assert text in story.stdout
    assert is_reference(story.stdout.split()[0])


def test_the_table_shows_every_registration_and_a_limit_says_what_it_left_out(
    registrations: list[dict[str, Any]], state: StateDirectory
) -> None:
    whole = koppeling("status", state=state.path).stdout.splitlines()
    assert len(whole) == 1 + len(registrations)
    some = koppeling("status", "--limit", "2", state=state.path).stdout.splitlines()
    assert some[1:3] == whole[1:3] or len(some) == 4
    assert some[3] == f"and {len(registrations) - 2} older: --limit {len(registrations)} shows all"


def test_a_reference_that_nobody_has_is_said_to_be_unknown(
    registrations: list[dict[str, Any]], state: StateDirectory
) -> None:
    assert registrations
    unknown = koppeling("status", "0VBH9BATYBD", state=state.path)
    assert unknown.exit_code == 1
    assert "there is no registration '0VBH9BATYBD'" in unknown.stderr


def test_no_release_had_to_stop(registrations: list[dict[str, Any]], state: StateDirectory) -> None:
    assert registrations
    assert koppeling("brake", "list", state=state.path).stdout == "no brake was pulled\n"
    refused = koppeling("brake", "release", "notifier", state=state.path)
    assert (refused.exit_code, refused.stderr) == (1, "Error: no release of notifier is stopped\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_demo_that_is_broken_off_leaves_nothing_behind(number: signal.Signals, tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "demo")
    with subprocess.Popen(
        [*KOPPELING, "demo", "--state", str(state.path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as demo:
        assert demo.stdout is not None
        next(line for line in demo.stdout if "is ready after" in line)
        ends = ProcessEnds([int(str(state.holder()))])
        demo.send_signal(number)
        assert "ending the sandbox\n" in list(demo.stdout)
        assert demo.wait(DEADLINE_S) == (1 if number is signal.SIGINT else 128 + number)
    assert ends.missing(deadline_s=1) == set()
    assert not state.path.exists()
