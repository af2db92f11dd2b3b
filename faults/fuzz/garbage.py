"""Records as strangers may write them into the form topic, by kind, from a seed."""

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, NamedTuple

from faults.fuzz.addresses import REFUSED
from faults.fuzz.json_tricks import BROKEN, DOUBTFUL, nested
from faults.fuzz.texts import TEXTS, all_texts
from schemas.envelope import HEADERS_MAX
from schemas.events import FormReceived

SOURCE = "urn:test:garbage"
VERSION = str(FormReceived.version)
TIME = b"2026-11-23T09:00:00Z"

Headers = tuple[tuple[str, bytes | None], ...]


class Raw(NamedTuple):
    """A record before anybody has read it."""

    key: bytes | None
    value: bytes | None
    headers: Headers


Form = Mapping[str, Any]
Maker = Callable[[Random, str, Form], Raw]
"""Makes one record of its kind from chance, an id that nobody else uses, and a form that would be accepted."""


def headers(event_id: str, *, version: str = VERSION, **others: bytes | None) -> Headers:
    """What belongs beside a form; `others` replace or add attributes."""
    plain: dict[str, bytes | None] = {
        "specversion": b"1.0",
        "source": SOURCE.encode(),
        "type": b"salariskoppeling.form-received",
        "dataschema": f"urn:salariskoppeling:schema:form-received:{version}".encode(),
        "time": TIME,
        "id": event_id.encode(),
    }
    return tuple((f"ce_{name}", value) for name, value in (plain | others).items())


def form(event_id: str, typed: object, **others: bytes | None) -> Raw:
    """A record with this form, whatever it is."""
    value = json.dumps({"submission_id": event_id, "form": typed}).encode()
    return Raw(event_id.encode(), value, headers(event_id, version=VERSION, **others))


def _good(_rng: Random, event_id: str, good: Form) -> Raw:
    return form(event_id, good)


def _broken(rng: Random, event_id: str, _good: Form) -> Raw:
    return Raw(b"k", rng.choice(BROKEN), headers(event_id))


def _doubtful(rng: Random, event_id: str, _good: Form) -> Raw:
    start = f'{{"submission_id":"{event_id}","form":'.encode()
    return Raw(b"k", start + rng.choice(DOUBTFUL) + b"}", headers(event_id))


def _typed(rng: Random, event_id: str, good: Form) -> Raw:
    field = rng.choice(sorted(good))
    return form(event_id, {**good, field: rng.choice(all_texts())})


def _wrong_types(rng: Random, event_id: str, good: Form) -> Raw:
    values: tuple[object, ...] = (
        None,
        True,
        0,
        -1,
        1e308,
        10**60,
        "",
        [],
        {},
        [[]],
        [{}],
        {"a": {}},
        [None] * 500,
        "1",
    )
    wrong = {field: rng.choice(values) for field in good if rng.random() < 0.5}  # noqa: PLR2004 (half of them)
    return form(event_id, {**good, **wrong})


def _addresses(rng: Random, event_id: str, good: Form) -> Raw:
    return form(event_id, {**good, "email": rng.choice(REFUSED)})


def _lists(rng: Random, event_id: str, good: Form) -> Raw:
    count = rng.choice((0, 21, 101, 1_000))
    code = {"employer_code": str(rng.randrange(10**7))}
    return form(
        event_id, {**good, "connections": [code] * count, "dgas": [{"name": "A", "personnel_number": "1"}] * count}
    )


def _names(rng: Random, event_id: str, good: Form) -> Raw:
    return form(event_id, {**good, **{text: rng.choice(all_texts()) for text in rng.sample(all_texts(), 60)}})


def _keys(rng: Random, event_id: str, _good: Form) -> Raw:
    return form(event_id, {f"{rng.getrandbits(20):x}{n}": n for n in range(4_500)})


def _depth(rng: Random, event_id: str, _good: Form) -> Raw:
    start = f'{{"submission_id":"{event_id}","form":'.encode()
    return Raw(b"k", start + nested(rng.choice((5, 30, 31, 32, 33, 500, 5_000))) + b"}", headers(event_id))


def _size(rng: Random, event_id: str, good: Form) -> Raw:
    size = rng.choice((60_000, 65_000, 70_000, 200_000, 900_000))
    letter = rng.choice('x<\\é"')
    return form(event_id, {**good, "company_name": letter * (size // len(json.dumps(letter)))})


def _encodings(rng: Random, event_id: str, good: Form) -> Raw:
    text = json.dumps({"submission_id": event_id, "form": {**good, "company_name": "Zoë € 漢"}}, ensure_ascii=False)
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "utf-7", "cp037", "gb18030", "shift_jis"))
    cut = text.encode(encoding, errors="replace")
    return Raw(b"k", cut[: rng.choice((len(cut), len(cut) - 1, len(cut) // 2))], headers(event_id))


def _bytes(rng: Random, event_id: str, _good: Form) -> Raw:
    return Raw(rng.randbytes(rng.randrange(300)), rng.randbytes(rng.randrange(3_000)), headers(event_id))


def _heads(rng: Random, event_id: str, good: Form) -> Raw:
    record = form(event_id, good)
    odd: tuple[bytes | None, ...] = (
        None,
        b"",
        b"\0",
        b"\xff",
        b"x" * 2_000,
        b"a\r\nb",
        "é".encode(),
        b" ",
        b"-1",
        b"1e9",
        b"9" * 400,
    )
    name, _ = rng.choice(record.headers)
    changed = tuple((n, rng.choice(odd) if n == name else v) for n, v in record.headers)
    variants: tuple[Headers, ...] = (
        changed,
        (),
        record.headers * 2,
        record.headers[1:],
        tuple((n.upper(), v) for n, v in record.headers),
        (*record.headers, *((f"x{n}", b"1") for n in range(rng.choice((HEADERS_MAX, 10_000))))),
        (*record.headers, ("x" * 5_000, b"y" * 50_000)),
        (*record.headers, ("", None), ("\0", b"\0"), ("ce_", b"")),
    )
    return record._replace(headers=rng.choice(variants))


def _moments(rng: Random, event_id: str, good: Form) -> Raw:
    times = (
        b"now",
        b"0",
        b"253402300800",
        b"9999-12-31T23:59:59Z",
        b"0001-01-01T00:00:00Z",
        b"2026-11-23",
        b"2026-02-30T00:00:00Z",
        b"2026-11-23T09:00:00",
        b"2026-11-23T24:00:00Z",
        b"2026-11-23T09:00:00+99:99",
        b"2399-12-31T23:59:59.999999-23:59",
    )
    return form(event_id, good, time=rng.choice(times))


def _versions(rng: Random, event_id: str, good: Form) -> Raw:
    record = form(event_id, good)
    version = rng.choice(("0", "-1", "01", "1.0", "x", "", "9" * 400, "1 ", "\u0661"))
    return record._replace(headers=headers(event_id, version=version))


def _newer(rng: Random, event_id: str, good: Form) -> Raw:
    version = rng.randrange(FormReceived.version + 1, 99)
    return form(event_id, good)._replace(headers=headers(event_id, version=str(version)))


def _record_keys(rng: Random, event_id: str, good: Form) -> Raw:
    return form(event_id, good)._replace(key=rng.choice((None, b"", b"\0", b"\xff" * 40, b"k" * 50_000)))


def _secrets(rng: Random, event_id: str, good: Form) -> Raw:
    name = rng.choice(("client_secret", "password", "Wachtwoord", "api-key", "SECRET"))
    value = rng.choice(("marked-secret", ["marked-secret"], {"a": "marked-secret"}, "{'password': 'marked-secret'}"))
    return form(event_id, {**good, name: value})


def _submissions(rng: Random, event_id: str, good: Form) -> Raw:
    odd: tuple[object, ...] = ("", " ", None, 1, [], {}, "a b", "é", "x" * 101, "\0", "a\n")
    record = form(event_id, good)
    return record._replace(value=json.dumps({"submission_id": rng.choice(odd), "form": good}).encode())


def _halves(rng: Random, event_id: str, good: Form) -> Raw:
    return form(event_id, {**good, rng.choice(sorted(good)): rng.choice(TEXTS["halves"])})


def _costly(rng: Random, event_id: str, _good: Form) -> Raw:
    units = (
        b"secret",
        b"secret]",
        b'"secret":{},',
        b"[{}],",
        b'secret=\\"',
        b'"{secret",',
        b"\\u0073",
        b'"a":1,',
        b"\\ud800",
        b"9",
    )
    unit = rng.choice(units)
    start = rng.choice(
        (b'{"secret":[', b'{"secret":"', b'{"secret":{', b"secret", f'{{"submission_id":"{event_id}","form":['.encode())
    )
    return Raw(b"k", start + unit * (rng.choice((65_000, 950_000)) // len(unit)), headers(event_id))


KINDS: dict[str, Maker] = {
    "good": _good,
    "no JSON": _broken,
    "doubtful JSON": _doubtful,
    "wrong types": _wrong_types,
    "naughty texts": _typed,
    "e-mail addresses": _addresses,
    "long lists": _lists,
    "unknown names": _names,
    "many keys": _keys,
    "depth": _depth,
    "size": _size,
    "encodings": _encodings,
    "random bytes": _bytes,
    "headers": _heads,
    "times": _moments,
    "versions that are none": _versions,
    "newer versions": _newer,
    "record keys": _record_keys,
    "clear secrets": _secrets,
    "submission ids": _submissions,
    "halves of characters": _halves,
    "costly to search": _costly,
}
"""By name; the first is no garbage, and what the others are measured against."""
