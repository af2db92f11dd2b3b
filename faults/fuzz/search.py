"""Looks for input that breaks a target, and makes what it finds as small as it can."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from faults.fuzz.garbage import FORM_KINDS, Good
from faults.fuzz.json_tricks import BROKEN, DOUBTFUL
from faults.fuzz.mutation import mutated
from faults.fuzz.targets import Broken
from faults.fuzz.texts import all_texts
from schemas.events import FormReceived
from schemas.example import examples

TRIES_MAX = 1_000
_FORM = Good(FormReceived, {"kind": "self_managed", "package": "loket", "company_name": "A", "email": "a@example.nl"})

Target = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """An input that broke a target, as small as it was made, and the error's type and place."""

    target: str
    value: bytes
    error: str


def corpus() -> tuple[bytes, ...]:
    """Every example of every event, and every trick of ours."""
    texts = (text.encode(errors="surrogatepass") for text in all_texts())
    return tuple(dict.fromkeys((*(example.value for example in examples()), *BROKEN, *DOUBTFUL, *texts)))


def inputs(rng: Random, seeds: Sequence[bytes]) -> Iterator[bytes]:
    """The corpus as it is, then without end what chance makes of it."""
    yield from seeds
    kinds = list(FORM_KINDS.values())
    while True:
        made = rng.choice(kinds)(rng, f"fuzz-{rng.getrandbits(32):x}", _FORM).value or b""
        yield made
        yield mutated(rng, made, seeds)
        yield from (mutated(rng, rng.choice(seeds), seeds) for _ in range(8))


def failure(target: Target, value: bytes) -> str | None:
    """How the target fails for this input: the error's type and where it was raised, without values."""
    try:
        target(value)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is what is looked for)
        place = traceback.extract_tb(error.__traceback__)[-1]
        said = f": {error}" if isinstance(error, Broken) else ""
        return f"{type(error).__name__} in {place.name}{said}"
    return None


def smallest(target: Target, value: bytes, error: str) -> bytes:
    """The input with everything taken out that the same failure does not need."""
    tries = 0
    size = max(len(value) // 2, 1)
    while size and tries < TRIES_MAX:
        start = 0
        while start < len(value) and tries < TRIES_MAX:
            tries += 1
            shorter = value[:start] + value[start + size :]
            if failure(target, shorter) == error:
                value = shorter
            else:
                start += size
        size //= 2
    return value
