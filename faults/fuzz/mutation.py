"""Bytes a little wrong: cut, doubled, swapped, spliced with tricks, from chance."""

from collections.abc import Callable, Sequence
from random import Random

from faults.fuzz.json_tricks import BROKEN, DOUBTFUL
from faults.fuzz.texts import all_texts

CHANGES_MAX = 4
_GROWTH_MAX = 70_000

_TEXTS = [text.encode(errors="surrogatepass") for text in all_texts()]
_TOKENS = [
    *_TEXTS,
    *BROKEN,
    *DOUBTFUL,
    b"\\u0000",
    b"\\ud800",
    b"1e999",
    b"-0",
    b"[]",
    b"{}",
    b'""',
    b"null",
    b":",
    b",",
]


def mutated(rng: Random, value: bytes, others: Sequence[bytes]) -> bytes:
    """The value after up to `CHANGES_MAX` changes; `others` are what it may be spliced with."""
    for _ in range(rng.randint(1, CHANGES_MAX)):
        value = rng.choice(_CHANGES)(rng, value, others)[:_GROWTH_MAX]
    return value


def _place(rng: Random, value: bytes) -> tuple[int, int]:
    start = rng.randint(0, len(value))
    return start, min(len(value), start + rng.choice((0, 1, 1, 2, 8, 40)))


def _replace(rng: Random, value: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _place(rng, value)
    return value[:start] + rng.choice(_TOKENS) + value[end:]


def _flip(rng: Random, value: bytes, _others: Sequence[bytes]) -> bytes:
    start, _ = _place(rng, value)
    return value[:start] + bytes([rng.randrange(256)]) + value[start + 1 :]


def _cut(rng: Random, value: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _place(rng, value)
    return value[:start] + value[end:]


def _repeat(rng: Random, value: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _place(rng, value)
    return value[:start] + value[start:end] * rng.choice((2, 3, 100, 1_000)) + value[end:]


def _retype(rng: Random, value: bytes, _others: Sequence[bytes]) -> bytes:
    """Put something else between a colon and the next comma: often still JSON."""
    colons = [place for place, byte in enumerate(value) if byte == ord(":")]
    if not colons:
        return value
    start = rng.choice(colons) + 1
    ends = [end for end in (value.find(b",", start), value.find(b"}", start)) if end >= 0]
    typed = rng.choice((b'"' + rng.choice(_TEXTS) + b'"', rng.choice(_TOKENS), b"1", b"true", b"null", b"[[]]", b"{}"))
    return value[:start] + typed + value[min(ends, default=len(value)) :]


def _splice(rng: Random, value: bytes, others: Sequence[bytes]) -> bytes:
    other = rng.choice(others)
    return value[: rng.randint(0, len(value))] + other[rng.randint(0, len(other)) :]


_CHANGES: tuple[Callable[[Random, bytes, Sequence[bytes]], bytes], ...] = (
    _replace,
    _flip,
    _cut,
    _repeat,
    _retype,
    _retype,
    _splice,
)
