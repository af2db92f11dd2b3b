"""Options read alike wherever they stand: what is a command's own comes first, and what many have ends every list."""

import click
import pytest
from click.testing import CliRunner
from every_command import commands

from ops.cli import main

OPTIONS = {words: [one for one in command.params if isinstance(one, click.Option)] for words, command in commands()}
SHARED = ("--limit", "--json", "--horizon-days", "--state", "--apply", "--reason")


@pytest.mark.parametrize("words", OPTIONS)
def test_the_options_that_many_commands_have_stand_last_and_in_one_order(words: str) -> None:
    names = [option.opts[0] for option in OPTIONS[words]]
    shared = [name for name in SHARED if name in names]
    assert names[len(names) - len(shared) :] == shared


@pytest.mark.parametrize("words", ["services", "audit", "stuck", "rewind", "replay day", "processors confirm"])
def test_what_needs_kafka_too_says_which_variables_stand_for_a_sandbox(words: str) -> None:
    (state,) = (option for option in OPTIONS[words] if option.name == "state")
    assert "KOPPELING_ADMIN_URL and KOPPELING_KAFKA_BOOTSTRAP" in str(state.help)


@pytest.mark.parametrize("words", OPTIONS)
def test_every_option_says_what_it_is_for(words: str) -> None:
    assert [option.opts[0] for option in OPTIONS[words] if not option.help] == []


@pytest.mark.parametrize("words", OPTIONS)
def test_the_help_fits_into_80_columns_and_calls_a_number_by_what_it_counts(words: str) -> None:
    said = CliRunner().invoke(main, [*words.split(), "--help"], env={"COLUMNS": "80"}).output
    assert max(map(len, said.splitlines())) <= 80
    assert " INTEGER" not in said
    assert " FLOAT" not in said
