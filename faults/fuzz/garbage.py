"""Records as publishers may write them into their topics, by kind, from a seed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from faults.fuzz.addresses import REFUSED
from faults.fuzz.json_tricks import BROKEN, DOUBTFUL, nested
from faults.fuzz.texts import TEXTS, all_texts
from schemas.envelope import HEADERS_MAX
from schemas.event import Event
from schemas.events import FormReceived

SOURCE = "urn:test:garbage"
TIME = b"2026-11-23T09:00:00Z"

Headers = tuple[tuple[str, bytes | None], ...]
Fields = Mapping[str, Any]


class Raw(NamedTuple):
    """A record before anybody has read it."""

    key: bytes | None
    value: bytes | None
    headers: Headers


def headers(event_id: str, event: type[Event] = FormReceived, **others: bytes | None) -> Headers:
    """The headers of an event; `others` replace or add attributes."""
    plain: dict[str, bytes | None] = {
        "specversion": b"1.0",
        "source": SOURCE.encode(),
        "type": f"salariskoppeling.{event.name}".encode(),
        "dataschema": _schema(event, str(event.version)),
        "time": TIME,
        "id": event_id.encode(),
    }
    return tuple((f"ce_{name}", value) for name, value in (plain | others).items())


def _schema(event: type[Event], version: str) -> bytes:
    return f"urn:salariskoppeling:schema:{event.name}:{version}".encode()


@dataclass(frozen=True, slots=True)
class Good:
    """A record that would be taken.

    `fields` are its event's data; of a form, what was typed, which stands in the event beside the submission id.
    `subject` is the registration that it is about; a form has none yet.
    """

    event: type[Event]
    fields: Fields
    subject: str | None = None

    def written(self, event_id: str, fields: object, **heads: bytes | None) -> Raw:
        """The record with these fields instead, whatever they are; `heads` replace or add attributes."""
        return self.raw(event_id, json.dumps(self.data(event_id, fields)).encode(), **heads)

    def raw(self, event_id: str, value: bytes, **heads: bytes | None) -> Raw:
        """The record with these bytes instead."""
        own = {} if self.subject is None else {"subject": self.subject.encode()}
        return Raw((self.subject or event_id).encode(), value, headers(event_id, self.event, **{**own, **heads}))

    def data(self, event_id: str, fields: object) -> object:
        """What the record's value says, with these fields."""
        return fields if self.subject is not None else {"submission_id": event_id, "form": fields}

    def opened(self, event_id: str) -> bytes:
        """The beginning of its value, up to where another value may follow."""
        if self.subject is None:
            return f'{{"submission_id":"{event_id}","form":'.encode()
        return json.dumps(self.fields).encode().removesuffix(b"}") + b',"more":'


Maker = Callable[[Random, str, Good], Raw]
"""Makes one record of its kind from chance, an id that nobody else uses, and a record that would be taken."""


def _good(_rng: Random, event_id: str, good: Good) -> Raw:
    return good.written(event_id, good.fields)


def _broken(rng: Random, event_id: str, good: Good) -> Raw:
    return good.raw(event_id, rng.choice(BROKEN))


def _doubtful(rng: Random, event_id: str, good: Good) -> Raw:
    return good.raw(event_id, good.opened(event_id) + rng.choice(DOUBTFUL) + b"}")


def _typed(rng: Random, event_id: str, good: Good) -> Raw:
    return good.written(event_id, {**good.fields, _field(rng, good): rng.choice(all_texts())})


def _field(rng: Random, good: Good) -> str:
    return rng.choice(sorted(good.fields))


def _wrong_types(rng: Random, event_id: str, good: Good) -> Raw:
    values: tuple[object, ...] = (
        None, True, 0, -1, 1e308, 10**60, "", "1", "\0", "9999-12-31T23:59:59Z", "0001-01-01", "2026-02-30",
        [], {}, [[]], [{}], {"a": {}}, [None] * 500,
    )  # fmt: skip
    wrong = rng.sample(sorted(good.fields), rng.choice((1, len(good.fields) // 2)))
    return good.written(event_id, {**good.fields, **{field: rng.choice(values) for field in wrong}})


def _names(rng: Random, event_id: str, good: Good) -> Raw:
    more = {text: rng.choice(all_texts()) for text in rng.sample(all_texts(), 60)}
    return good.written(event_id, {**good.fields, **more})


def _keys(rng: Random, event_id: str, good: Good) -> Raw:
    return good.written(event_id, {**good.fields, **{f"{rng.getrandbits(20):x}{n}": n for n in range(4_500)}})


def _depth(rng: Random, event_id: str, good: Good) -> Raw:
    depth = rng.choice((5, 30, 31, 32, 33, 500, 5_000))
    return good.raw(event_id, good.opened(event_id) + nested(depth) + b"}")


def _size(rng: Random, event_id: str, good: Good) -> Raw:
    size = rng.choice((10_000, 60_000, 65_000, 70_000, 200_000, 900_000))
    letter = rng.choice('x<\\é"')
    return good.written(event_id, {**good.fields, _field(rng, good): letter * (size // len(json.dumps(letter)))})


def _encodings(rng: Random, event_id: str, good: Good) -> Raw:
    data = good.data(event_id, {**good.fields, _field(rng, good): "Zoë € 漢"})
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "utf-7", "cp037", "gb18030", "shift_jis"))
    value = json.dumps(data, ensure_ascii=False).encode(encoding, errors="replace")
    return good.raw(event_id, value[: rng.choice((len(value), len(value) - 1, len(value) // 2))])


def _bytes(rng: Random, event_id: str, good: Good) -> Raw:
    return good.raw(event_id, rng.randbytes(rng.randrange(3_000)))._replace(key=rng.randbytes(rng.randrange(300)))


def _heads(rng: Random, event_id: str, good: Good) -> Raw:
    odd: tuple[bytes | None, ...] = (
        None, b"", b"\0", b"\xff", b"x" * 2_000, b"a\r\nb", "é".encode(), b" ", b"-1", b"1e9", b"9" * 400,
        b"9999-12-31T23:59:59-23:59",
    )  # fmt: skip
    record = good.written(event_id, good.fields)
    name, _ = rng.choice(record.headers)
    changed = tuple((n, rng.choice(odd) if n == name else v) for n, v in record.headers)
    variants: tuple[Headers, ...] = (
        (),
        record.headers * 2,
        record.headers[1:],
        tuple((n.upper(), v) for n, v in record.headers),
        (*record.headers, *((f"x{n}", b"1") for n in range(rng.choice((HEADERS_MAX, 10_000))))),
        (*record.headers, ("x" * 5_000, b"y" * 50_000)),
        (*record.headers, ("", None), ("\0", b"\0"), ("ce_", b"")),
    )
    return record._replace(headers=rng.choice((changed, rng.choice(variants))))


def _record_keys(rng: Random, event_id: str, good: Good) -> Raw:
    return good.written(event_id, good.fields)._replace(key=rng.choice((None, b"", b"\0", b"\xff" * 40, b"k" * 50_000)))


def _costly(rng: Random, event_id: str, good: Good) -> Raw:
    units = (
        b"secret", b"secret]", b'"secret":{},', b"[{}],", b'secret=\\"', b'"{secret",', b"\\u0073", b'"a":1,',
        b"\\ud800", b"9",
    )  # fmt: skip
    unit = rng.choice(units)
    starts = (b'{"secret":[', b'{"secret":"', b'{"secret":{', b"secret", good.opened(event_id) + b"[")
    return good.raw(event_id, rng.choice(starts) + unit * (rng.choice((65_000, 950_000)) // len(unit)))


def _addresses(rng: Random, event_id: str, good: Good) -> Raw:
    return good.written(event_id, {**good.fields, "email": rng.choice(REFUSED)})


def _lists_in_a_form(rng: Random, event_id: str, good: Good) -> Raw:
    count = rng.choice((0, 21, 101, 1_000))
    codes, dgas = [{"employer_code": str(rng.randrange(10**7))}], [{"name": "A", "personnel_number": "1"}]
    return good.written(event_id, {**good.fields, "connections": codes * count, "dgas": dgas * count})


def _moments(rng: Random, event_id: str, good: Good) -> Raw:
    times = (
        b"now", b"0", b"253402300800", b"9999-12-31T23:59:59Z", b"0001-01-01T00:00:00Z", b"2026-11-23",
        b"2026-02-30T00:00:00Z", b"2026-11-23T09:00:00", b"2026-11-23T24:00:00Z", b"2026-11-23T09:00:00+99:99",
        b"2399-12-31T23:59:59.999999-23:59",
    )  # fmt: skip
    return good.written(event_id, good.fields, time=rng.choice(times))


def _versions(rng: Random, event_id: str, good: Good) -> Raw:
    version = rng.choice(("0", "-1", "01", "1.0", "x", "", "9" * 400, "1 ", "\u0661"))
    return good.written(event_id, good.fields, dataschema=_schema(good.event, version))


def _newer(rng: Random, event_id: str, good: Good) -> Raw:
    version = rng.randrange(good.event.version + 1, 99)
    return good.written(event_id, good.fields, dataschema=_schema(good.event, str(version)))


def _secrets(rng: Random, event_id: str, good: Good) -> Raw:
    name = rng.choice(("client_secret", "password", "Wachtwoord", "api-key", "SECRET"))
    value = rng.choice(("marked-secret", ["marked-secret"], {"a": "marked-secret"}, "{'password': 'marked-secret'}"))
    return good.written(event_id, {**good.fields, name: value})


def _submissions(rng: Random, event_id: str, good: Good) -> Raw:
    odd: tuple[object, ...] = ("", " ", None, 1, [], {}, "a b", "é", "x" * 101, "\0", "a\n")
    return good.raw(event_id, json.dumps({"submission_id": rng.choice(odd), "form": good.fields}).encode())


def _halves(rng: Random, event_id: str, good: Good) -> Raw:
    return good.written(event_id, {**good.fields, _field(rng, good): rng.choice(TEXTS["halves"])})


def _missing(rng: Random, event_id: str, good: Good) -> Raw:
    left = rng.sample(sorted(good.fields), rng.randrange(len(good.fields)))
    return good.written(event_id, {name: good.fields[name] for name in left})


def _lists(rng: Random, event_id: str, good: Good) -> Raw:
    one: object = rng.choice(({"code": "RIGHT_MISSING", "detail": "x"}, [], {}, "x", None))
    return good.written(event_id, {**good.fields, _field(rng, good): [one] * rng.choice((1, 21, 2_000))})


_KINDS: dict[str, Maker] = {
    "good": _good,
    "no JSON": _broken,
    "doubtful JSON": _doubtful,
    "wrong types": _wrong_types,
    "naughty texts": _typed,
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
FORM_KINDS: dict[str, Maker] = _KINDS | {
    "e-mail addresses": _addresses,
    "long lists": _lists_in_a_form,
    "times": _moments,
    "versions that are none": _versions,
    "newer versions": _newer,
    "clear secrets": _secrets,
    "submission ids": _submissions,
    "halves of characters": _halves,
}
"""What may stand in the topic of forms, by name; the first is no garbage, and what the others are measured against."""
FOREIGN_KINDS: dict[str, Maker] = _KINDS | {"missing fields": _missing, "long lists": _lists}
"""What Keylane and the back office may write, by name; the first is no garbage."""
