"""What whoever keeps a cluster's access rules reads, by eye, by a program and by Kafka's own tool."""

import json

from click.testing import CliRunner

from ops.cli import main
from schemas.access import permissions


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["acls", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_one_permission_stands_on_each_line() -> None:
    lines = printed().splitlines()
    assert len(lines) == len(permissions())
    assert lines[0] == "User:web-forms Write topic form-received"
    assert "User:intake Read group intake" in lines


def test_programs_get_the_same() -> None:
    said = json.loads(printed("--json"))
    assert [" ".join(one.values()) for one in said] == printed().splitlines()


def test_kafkas_own_tool_gets_the_same_in_few_calls() -> None:
    found = []
    for call in printed("--arguments").splitlines():
        add, allow, principal, option, operation, *resources = call.split()
        assert (add, allow, option) == ("--add", "--allow-principal", "--operation")
        pairs = zip(resources[::2], resources[1::2], strict=True)
        found += [f"{principal} {operation} {kind.removeprefix('--')} {name}" for kind, name in pairs]
    assert sorted(found) == sorted(printed().splitlines())


def test_two_forms_at_once_are_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["acls", "--json", "--arguments"]).exit_code == 2
