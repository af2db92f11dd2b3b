"""What somebody typed wrongly is said before anything is asked or done, and ends with 2."""

import click
import pytest
from click import Context
from click.testing import CliRunner, Result
from every_command import commands

from ops.actions.action import operator
from ops.cli import main
from ops.terminal.reason_option import REASON_CHARACTERS_MAX

NOBODY = {
    "KOPPELING_ADMIN_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
    "KOPPELING_KAFKA_BOOTSTRAP": "127.0.0.1:1",
}


WITH_A_REASON = {
    words: (command, option) for words, command in commands() for option in command.params if option.name == "reason"
}


def test_there_are_commands_that_take_a_reason() -> None:
    assert {"pause", "parked show", "mails settle", "replay stop"} <= set(WITH_A_REASON)


@pytest.mark.parametrize("words", WITH_A_REASON)
def test_a_reason_is_bounded(words: str) -> None:
    command, option = WITH_A_REASON[words]
    longest = "a" * REASON_CHARACTERS_MAX
    assert option.process_value(Context(command), longest) == longest
    with pytest.raises(click.UsageError, match="at most 2,000 characters") as wrong:
        option.process_value(Context(command), f"{longest}a")
    assert wrong.value.exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        "parked retry 0VBH9BATYBD",
        "parked discard 0VBH9BATYBD",
        "mails settle 0VBH9BATYBD sent",
        "replay registration 0VBH9BATYBD",
        "replay topic policy-enriched --through provisioning",
        "replay day 2026-11-26",
        "brake release notifier",
        "processors confirm 0VBH9BATYBD",
        "processors decline 0VBH9BATYBD",
        "stuck --redrive",
        "prune",
    ],
)
@pytest.mark.parametrize("reason", [[], ["--reason", "  "]], ids=["none", "blank"])
def test_nothing_is_done_without_a_reason(words: str, reason: list[str]) -> None:
    result = typed(*words.split(), "--apply", *reason)
    assert (result.exit_code, "--apply needs --reason TEXT" in result.stderr) == (2, True), result.stderr


def typed(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(main, words, env=NOBODY | environment)


@pytest.mark.parametrize(
    "words",
    [
        ["pause", "timeline", "--apply", "--reason", "caf\udce9"],
        ["parked", "list", "--because", "caf\udce9"],
        ["parked", "retry", "--release", "caf\udce9"],
        ["oddities", "--code", "caf\udce9"],
        ["mails", "preview", "caf\udce9"],
        ["submit", "--json", "caf\udce9"],
        ["policies", "import", "caf\udce9", "--apply", "--reason", "new"],
        ["down", "--state", "caf\udce9"],
        ["up", "--env", "intake:KOPPELING_RELEASE=caf\udce9"],
        ["up", "--env", "intake:=1"],
        ["parked", "show", "0VBH9BATYBD", "--service", "notifer"],
        ["prune", "--horizon-days", "nan"],
        ["stuck", "--redrive", "--horizon-days", "nan"],
        ["replay", "day", "2026-11-26", "--through", "intake", "--horizon-days", "nan"],
    ],
    ids=lambda words: " ".join(words[:3]),
)
def test_what_nothing_can_be_done_with_is_wrong_usage(words: list[str]) -> None:
    result = typed(*words)
    assert (result.exit_code, "Invalid value" in result.stderr) == (2, True), result.stderr


WITH_A_LIMIT = {
    words: (command, option) for words, command in commands() for option in command.params if option.name == "limit"
}


@pytest.mark.parametrize("words", WITH_A_LIMIT)
@pytest.mark.parametrize("limit", ["0", "9" * 20])
def test_a_limit_of_nothing_or_that_no_database_counts_to_is_wrong_usage(words: str, limit: str) -> None:
    command, option = WITH_A_LIMIT[words]
    with pytest.raises(click.BadParameter, match="is not in the range"):
        option.process_value(Context(command), limit)


@pytest.mark.parametrize(
    "words",
    [
        ["status", "0VBH9BATYBE"],
        ["parked", "show", "x"],
        ["parked", "retry", "x"],
        ["processors", "confirm", "noord@kantoor.example"],
        ["processors", "decline", ""],
    ],
    ids=" ".join,
)
def test_what_is_no_reference_is_wrong_usage(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KOPPELING_ADMIN_URL", raising=False)
    result = typed(*words)
    assert (result.exit_code, "a reference:" in " ".join(result.stderr.split())) == (2, True), result.stderr


def test_silences_that_are_no_json_are_wrong_usage() -> None:
    result = typed("stuck", KOPPELING_SILENCE_S="nojson")
    assert (result.exit_code, "KOPPELING_SILENCE_S is not JSON" in result.stderr) == (2, True)


def test_a_login_name_that_is_no_utf_8_is_recorded_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "j\udce9r\u00f4me")
    assert operator() == "j\\udce9r\u00f4me"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "EMAIL_INVALID"),
        ("kas@elders", "EMAIL_INVALID"),
        ("kas..jansen@elders.example", "EMAIL_INVALID"),
        ("kas@elders.example, loes@elders.example", "EMAIL_NOT_ONE"),
        ("kas@elders.example\r\nBcc: loes@elders.example", "CONTROL_CHARACTER"),
    ],
)
def test_a_mail_is_sent_again_to_no_address_that_a_form_may_not_have(address: str, code: str) -> None:
    result = typed("mails", "resend", "00000000-0000-0000-0000-000000000001", "--to", address)
    assert (result.exit_code, f"not a valid address ({code})" in result.stderr) == (2, True), result.stderr
    assert "elders" not in result.stderr
