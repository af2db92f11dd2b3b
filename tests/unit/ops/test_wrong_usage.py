"""What somebody typed wrongly is said before anything is asked or done, and ends with 2."""

from collections.abc import Iterator

import click
import pytest
from click import Context

from ops.cli import main
from ops.reason_option import REASON_CHARACTERS_MAX


def commands(group: click.Group = main, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it."""
    for name in group.list_commands(Context(group)):
        command = group.get_command(Context(group), name)
        assert command
        words = f"{path}{name}"
        if isinstance(command, click.Group):
            yield from commands(command, f"{words} ")
        else:
            yield words, command


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
