"""JSON of others: what is refused, and what is read but named."""

import json

import pytest
from each import each
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.foreign_json import DEPTH_MAX, Defect, DefectCode, NotJsonError, parse

trees = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(max_examples=25)
@given(st.dictionaries(st.text(st.characters(codec="utf-8")), trees, max_size=4), st.booleans())
def test_sound_json_is_read_as_it_is(tree: dict[str, object], ascii_only: bool) -> None:  # noqa: FBT001 -- drawn
    assert parse(json.dumps(tree, ensure_ascii=ascii_only).encode()) == (tree, ())


@given(st.binary(max_size=40) | st.text('{}[]",:\\ud8e1 0.-NaIfty\n', max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(value: bytes) -> None:
    try:
        tree, _ = parse(value)
    except NotJsonError:
        return
    json.dumps(tree, allow_nan=False, ensure_ascii=False).encode()


@each(
    [
        (b'{"a":NaN}', {"a": 0}, [("NOT_FINITE", "")]),
        (b'{"a":-Infinity}', {"a": 0}, [("NOT_FINITE", "")]),
        (b'{"a":1e999}', {"a": 0}, [("NOT_FINITE", "")]),
        (b'{"a":' + b"9" * 5000 + b"}", {"a": 0}, [("NOT_FINITE", "")]),
        (b'{"a":' + b"9" * 40 + b"}", {"a": int("9" * 40)}, []),
        (b'{"a":1,"a":2}', {"a": 2}, [("DUPLICATE_KEY", "a")]),
        (b'{"x":[{"a":1,"\\u0061":2}]}', {"x": [{"a": 2}]}, [("DUPLICATE_KEY", "a")]),
        (b'{"\\u0000\\u00e9\\n":1,"\\u0000\\u00e9\\n":2}', {"\0é\n": 2}, [("DUPLICATE_KEY", "???")]),
        (b'{"a":"x\\ud83ey"}', {"a": "x\ufffd\ufffd\ufffdy"}, [("NOT_UNICODE", "")]),
        (b'{"\\uDC00":1}', {"\ufffd\ufffd\ufffd": 1}, [("NOT_UNICODE", "")]),
        (b'{"a":"\\ud83e\\udd50"}', {"a": "🥐"}, []),
        (b'{"a":"\\\\ud83e"}', {"a": "\\ud83e"}, []),
    ]
)
def test_what_parsers_let_pass_is_named(case: tuple[bytes, object, list[tuple[str, str]]]) -> None:
    value, tree, defects = case
    assert parse(value) == (tree, tuple(Defect(code=DefectCode(code), key=key) for code, key in defects))


@each(
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b'"{}"',
        b"{}{}",
        b"{'a':1}",
        b'{"a":1,}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        '{"a":1}'.encode("utf-16"),
        b'{"a":"x\ny"}',
        b'{"a":01}',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"a":' + b"[" * 100_000,
    ]
)
def test_what_is_no_json_object_in_utf_8_is_refused(value: bytes) -> None:
    with pytest.raises(NotJsonError):
        parse(value)


def test_nesting_has_a_bound() -> None:
    inner = DEPTH_MAX - 1
    assert parse(b'{"a":' + b"[" * inner + b"]" * inner + b"}")[1] == ()
    with pytest.raises(NotJsonError):
        parse(b'{"a":' + b"[" * (inner + 1) + b"]" * (inner + 1) + b"}")
    wide = json.dumps({"a": [[] for _ in range(1000)]}).encode()
    assert parse(wide)[1] == ()


def test_ten_thousand_keys_of_which_the_last_stands_twice_are_read() -> None:
    value = b"{" + b",".join(b'"%d":1' % number for number in (*range(10_000), 9_999)) + b"}"
    assert parse(value)[1] == (Defect(code=DefectCode.DUPLICATE_KEY, key="9999"),)
