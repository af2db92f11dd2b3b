"""`python -m faults.fuzz`: search for a while, print seed and smallest inputs found; exit 1 when there are any."""

import sys
import time
from collections.abc import Callable, Iterator
from random import Random, SystemRandom

import click

from faults.fuzz.search import Finding, corpus, failure, inputs, smallest
from faults.fuzz.targets import TARGETS

SEED_BITS = 32
FINDINGS_MAX = 20


@click.command()
@click.option("--target", "names", type=click.Choice(sorted(TARGETS)), multiple=True, help="one only; else all")
@click.option("--seconds", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="for all targets")
@click.option("--count", type=click.IntRange(min=1), help="inputs for each target, instead of a time")
@click.option("--seed", type=click.IntRange(min=0), help="as an earlier run printed it")
def fuzz(names: tuple[str, ...], seconds: float, count: int | None, seed: int | None) -> None:
    """Feed codec, forms and mails with what publishers may send."""
    seed = SystemRandom().getrandbits(SEED_BITS) if seed is None else seed
    chosen = names or tuple(TARGETS)
    findings: list[Finding] = []
    for name in chosen:
        is_over = _counted(count) if count else _timed(seconds / len(chosen))
        tried = _search(name, seed, is_over, findings)
        click.echo(f"{name}: {tried} inputs, seed {seed}")
    for finding in findings:
        click.echo(f"{finding.target}: {finding.error}\n  {finding.value!r}")
    sys.exit(1 if findings else 0)


def _search(name: str, seed: int, is_over: Callable[[int], bool], findings: list[Finding]) -> int:
    target = TARGETS[name]
    known: set[str] = set()
    tried = 0
    for value in _until(is_over, inputs(Random(seed), corpus())):  # noqa: S311 (repeatable, not secret)
        tried += 1
        error = failure(target, value)
        if error is not None and error not in known and len(known) < FINDINGS_MAX:
            known.add(error)
            findings.append(Finding(name, smallest(target, value, error), error))
    return tried


def _until(is_over: Callable[[int], bool], values: Iterator[bytes]) -> Iterator[bytes]:
    for number, value in enumerate(values):
        if is_over(number):
            return
        yield value


def _counted(count: int) -> Callable[[int], bool]:
    return lambda number: number >= count


def _timed(seconds: float) -> Callable[[int], bool]:
    end = time.monotonic() + seconds
    return lambda _number: time.monotonic() >= end


if __name__ == "__main__":
    fuzz()
