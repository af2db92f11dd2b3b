"""Records as Keylane and the back office may write them into their topics, by kind, from a seed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from faults.fuzz.garbage import Headers, Raw, headers
from faults.fuzz.json_tricks import BROKEN, DOUBTFUL, nested
from faults.fuzz.texts import all_texts
from schemas.event import Event

_ODD: tuple[object, ...] = (
    None, True, -1, 0, 1e308, 10**60, "", "\0", "9999-12-31T23:59:59Z", "0001-01-01", "2026-02-30", [], {}, [[]],
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Good:
    """A record that would be taken: its event, the registration it is about, and its data."""

    event: type[Event]
    subject: str
    data: Mapping[str, Any]

    def written(self, event_id: str, data: object, **others: bytes | None) -> Raw:
        """The record with these data instead; `others` replace or add attributes."""
        return self.raw(event_id, json.dumps(data).encode(), **others)

    def raw(self, event_id: str, value: bytes, **others: bytes | None) -> Raw:
        """The record with these bytes instead."""
        return Raw(self.subject.encode(), value, self._headers(event_id, others))

    def _headers(self, event_id: str, others: Mapping[str, bytes | None]) -> Headers:
        name, version = self.event.name, self.event.version
        own: dict[str, bytes | None] = {
            "type": f"salariskoppeling.{name}".encode(),
            "dataschema": f"urn:salariskoppeling:schema:{name}:{version}".encode(),
            "subject": self.subject.encode(),
        }
        return headers(event_id, version=str(version), **{**own, **others})


def _good(_rng: Random, event_id: str, good: Good) -> Raw:
    return good.written(event_id, good.data)


def _broken(rng: Random, event_id: str, good: Good) -> Raw:
    return good.raw(event_id, rng.choice(BROKEN))


def _doubtful(rng: Random, event_id: str, good: Good) -> Raw:
    return good.raw(event_id, _opened(good) + b',"more":' + rng.choice(DOUBTFUL) + b"}")


def _opened(good: Good) -> bytes:
    return json.dumps(good.data).encode().removesuffix(b"}")


def _typed(rng: Random, event_id: str, good: Good) -> Raw:
    return good.written(event_id, {**good.data, rng.choice(sorted(good.data)): rng.choice(all_texts())})


def _wrong_types(rng: Random, event_id: str, good: Good) -> Raw:
    field = rng.choice(sorted(good.data))
    return good.written(event_id, {**good.data, field: rng.choice(_ODD)})


def _missing(rng: Random, event_id: str, good: Good) -> Raw:
    left = rng.sample(sorted(good.data), rng.randrange(len(good.data)))
    return good.written(event_id, {name: good.data[name] for name in left})


def _lists(rng: Random, event_id: str, good: Good) -> Raw:
    one: object = rng.choice(({"code": "RIGHT_MISSING", "detail": "x"}, [], {}, "x", None))
    many = [one] * rng.choice((1, 21, 2_000))
    return good.written(event_id, {**good.data, rng.choice(sorted(good.data)): many})


def _names(rng: Random, event_id: str, good: Good) -> Raw:
    return good.written(event_id, {**good.data, **{text: text for text in rng.sample(all_texts(), 60)}})


def _keys(rng: Random, event_id: str, good: Good) -> Raw:
    return good.written(event_id, {**good.data, **{f"{rng.getrandbits(20):x}{n}": n for n in range(4_000)}})


def _depth(rng: Random, event_id: str, good: Good) -> Raw:
    return good.raw(event_id, _opened(good) + b',"more":' + nested(rng.choice((30, 33, 500, 5_000))) + b"}")


def _size(rng: Random, event_id: str, good: Good) -> Raw:
    text = rng.choice('x<\\é"') * rng.choice((10_000, 60_000, 150_000))
    return good.written(event_id, {**good.data, rng.choice(sorted(good.data)): text})


def _encodings(rng: Random, event_id: str, good: Good) -> Raw:
    encoding = rng.choice(("utf-16", "utf-32", "utf-8-sig", "cp037"))
    value = json.dumps(good.data).encode(encoding)
    return good.raw(event_id, value[: rng.choice((len(value), len(value) - 1, len(value) // 2))])


def _bytes(rng: Random, event_id: str, good: Good) -> Raw:
    return good.raw(event_id, rng.randbytes(rng.randrange(1, 3_000)))


def _heads(rng: Random, event_id: str, good: Good) -> Raw:
    name = rng.choice(("id", "source", "type", "subject", "time", "dataschema", "specversion"))
    odd = rng.choice((None, b"", b"\0", b"\xff", b"x" * 2_000, b"9999-12-31T23:59:59-23:59", b"a\r\nb", b"-1"))
    return good.written(event_id, good.data, **{name: odd})


def _record_keys(rng: Random, event_id: str, good: Good) -> Raw:
    return good.written(event_id, good.data)._replace(key=rng.choice((None, b"", b"\0", b"\xff" * 40, b"k" * 50_000)))


def _costly(rng: Random, event_id: str, good: Good) -> Raw:
    unit = rng.choice((b'"a":1,', b"[{}],", b"\\ud800", b"9", b'"secret":{},'))
    return good.raw(event_id, _opened(good) + b',"more":[' + unit * (rng.choice((60_000, 950_000)) // len(unit)))


KINDS: dict[str, Callable[[Random, str, Good], Raw]] = {
    "good": _good,
    "no JSON": _broken,
    "doubtful JSON": _doubtful,
    "naughty texts": _typed,
    "wrong types": _wrong_types,
    "missing fields": _missing,
    "long lists": _lists,
    "unknown names": _names,
    "many keys": _keys,
    "depth": _depth,
    "size": _size,
    "encodings": _encodings,
    "random bytes": _bytes,
    "headers": _heads,
    "record keys": _record_keys,
    "costly to search": _costly,
}
"""By name; the first is no garbage."""
