"""The fuzzer itself: it repeats, it shrinks, it finds what is broken, and it finds nothing in what we have."""

from itertools import islice
from random import Random

import pytest
from click.testing import CliRunner

from faults.fuzz.__main__ import fuzz
from faults.fuzz.search import corpus, failure, inputs, smallest
from faults.fuzz.targets import TARGETS


def hates(value: bytes) -> None:
    if b"<" in value and b">" in value:
        raise KeyError(value)


def test_what_breaks_a_target_is_made_as_small_as_it_can_be() -> None:
    error = failure(hates, b"much before < in between > and after")
    assert error == "KeyError in hates"
    assert smallest(hates, b"much before < in between > and after", error) == b"<>"


def test_a_seed_gives_the_same_inputs_again() -> None:
    known = corpus()

    def first(seed: int) -> list[bytes]:
        return list(islice(inputs(Random(seed), known), len(known) + 50))

    assert corpus() == known
    assert first(7) == first(7) != first(8)


@pytest.mark.long
@pytest.mark.parametrize("name", TARGETS)
def test_no_target_breaks_on_the_corpus_and_some_of_what_chance_makes_of_it(name: str) -> None:
    seeds = corpus()[::8]
    for value in islice(inputs(Random(1), seeds), len(seeds) + 40):
        assert failure(TARGETS[name], value) is None, value[:200]


def test_the_command_tells_its_seed() -> None:
    result = CliRunner().invoke(fuzz, ["--target", "mails", "--count", "20", "--seed", "5"])
    assert (result.exit_code, result.output) == (0, "mails: 20 inputs, seed 5\n")
