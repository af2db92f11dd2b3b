"""Headers of CloudEvents: what is read, what is bounded, what is named when it is wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.envelope import Envelope, EnvelopeError, from_headers, to_headers

HEADERS: dict[str, bytes | None] = {
    "ce_specversion": b"1.0",
    "ce_id": b"42",
    "ce_source": b"https://forms.example",
    "ce_type": b"salariskoppeling.form-received",
    "ce_time": b"2026-11-22T09:30:00Z",
    "ce_dataschema": b"urn:salariskoppeling:schema:form-received:1",
    "content-type": b"application/json",
}

printable = st.text("aB3-.:/é🥐 ", min_size=1, max_size=200)
moments = st.datetimes(
    datetime(2000, 1, 2),  # noqa: DTZ001 -- Hypothesis adds the zone
    datetime(2399, 12, 30),  # noqa: DTZ001 -- Hypothesis adds the zone
    timezones=st.just(timezone(timedelta(hours=-5))),
)


def fault_of(headers: list[tuple[str, bytes | None]]) -> str:
    with pytest.raises(EnvelopeError) as refusal:
        from_headers(headers)
    return str(refusal.value)


def changed(**headers: bytes | None) -> list[tuple[str, bytes | None]]:
    return list((HEADERS | headers).items())


@settings(max_examples=25)
@given(
    st.builds(
        Envelope,
        id=printable,
        source=printable,
        name=st.just("form-received"),
        version=st.integers(1, 999_999_999),
        subject=st.just("") | printable,
        time=moments,
        causation=st.none() | printable,
        correlation=st.none() | printable,
        revision=st.none() | st.integers(0, 999_999_999),
        traceparent=st.none() | printable,
    )
)
def test_an_envelope_is_read_as_it_was_written_to_the_millisecond(envelope: Envelope) -> None:
    read = from_headers(to_headers(envelope))
    assert abs(read.time - envelope.time) < timedelta(milliseconds=1)
    assert read.time.tzinfo is UTC
    assert to_headers(read) == to_headers(envelope)


def test_a_publishers_headers_are_read() -> None:
    assert from_headers(list(HEADERS.items())) == Envelope(
        id="42",
        source="https://forms.example",
        name="form-received",
        version=1,
        subject="",
        time=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
    )


def test_64_headers_are_read_and_the_65th_is_one_too_many() -> None:
    filler = [(f"x-{number}", b"") for number in range(64 - len(HEADERS))]
    assert from_headers([*filler, *HEADERS.items()]).id == "42"
    assert fault_of([*filler, *HEADERS.items(), ("x", b"")]) == "TOO_MANY_HEADERS"


def test_of_10_000_headers_none_is_looked_at() -> None:
    class Unread(list[tuple[str, bytes | None]]):
        def __iter__(self) -> Iterator[tuple[str, bytes | None]]:
            raise AssertionError

    assert fault_of(Unread([("x", b"")] * 10_000)) == "TOO_MANY_HEADERS"


@pytest.mark.parametrize("name", [name for name in HEADERS if name.startswith("ce_")])
def test_a_needed_header_that_is_missing_repeated_null_or_no_utf_8_is_named(name: str) -> None:
    without = [(header, value) for header, value in HEADERS.items() if header != name]
    assert fault_of(without) == f"HEADER_MISSING: {name}"
    assert fault_of([*HEADERS.items(), (name, HEADERS[name])]) == f"HEADER_REPEATED: {name}"
    assert fault_of([*without, (name, None)]) == f"HEADER_INVALID: {name}"
    assert fault_of([*without, (name, b"\xff\xfe")]) == f"HEADER_INVALID: {name}"
    assert fault_of([*without, (name, b"a\nb")]) == f"HEADER_INVALID: {name}"
    assert fault_of([*without, (name, b"x" * 1025)]) == f"HEADER_TOO_LARGE: {name}"


@pytest.mark.parametrize("name", ["ce_subject", "ce_causation", "ce_correlation", "ce_traceparent"])
def test_an_optional_header_is_bounded_too(name: str) -> None:
    assert fault_of(changed(**{name: b"x" * 256})) == f"HEADER_INVALID: {name}"
    assert from_headers(changed(**{name: b""})).subject == ""


@pytest.mark.parametrize(
    "time", [b"2026-11-22T09:30:00", b"yesterday", b"", b"1999-12-31T23:59:59Z", b"2400-01-01T00:00:00Z", b"1767261600"]
)
def test_a_time_without_offset_or_out_of_the_years_is_invalid(time: bytes) -> None:
    assert fault_of(changed(ce_time=time)) == "HEADER_INVALID: ce_time"


@pytest.mark.parametrize(
    "time",
    [
        b"2000-01-01T00:00:00+14:00",
        b"2399-12-31T23:59:59-23:59",
        b"0001-01-01T00:00:00+14:00",
        b"9999-12-31T23:59:59-14:00",
    ],
)
def test_a_time_is_in_the_years_by_utc(time: bytes) -> None:
    assert fault_of(changed(ce_time=time)) == "HEADER_INVALID: ce_time"
    assert from_headers(changed(ce_time=b"1999-12-31T20:00:00-05:00")).time == datetime(2000, 1, 1, 1, tzinfo=UTC)


def test_a_time_may_have_its_letters_in_lower_case() -> None:
    assert from_headers(changed(ce_time=b"2026-11-22t09:30:00z")).time == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("revision", [b"-1", b"1.0", b"", b" 1", b"\xd9\xa1", b"1" * 10])
def test_a_revision_is_a_number_of_at_most_nine_digits(revision: bytes) -> None:
    assert fault_of(changed(ce_revision=revision)) == "HEADER_INVALID: ce_revision"


@pytest.mark.parametrize(
    "schema",
    [
        b"urn:salariskoppeling:schema:form-received",
        b"urn:salariskoppeling:schema:form-received:x",
        b"urn:salariskoppeling:schema::1",
        b"urn:salariskoppeling:schema:form-received:0",
        b"form-received:1",
    ],
)
def test_a_schema_that_is_not_of_its_form_is_named(schema: bytes) -> None:
    assert fault_of(changed(ce_dataschema=schema)) == "HEADER_INVALID: ce_dataschema"


@pytest.mark.parametrize("kind", [b"form-received", b"salariskoppeling.form_received", b"salariskoppeling."])
def test_a_type_that_names_another_event_than_a_sound_schema_is_named(kind: bytes) -> None:
    assert fault_of(changed(ce_type=kind)) == "HEADER_INVALID: ce_type"
    assert fault_of(changed(ce_type=kind, ce_dataschema=b"form-received:1")) == "HEADER_INVALID: ce_dataschema"


def test_headers_that_are_not_ours_may_say_anything() -> None:
    foreign = [("ce_tenant", None), ("ce_tenant", b"\xff"), ("", b"x" * 100_000), ("b3", b"1")]
    assert from_headers([*HEADERS.items(), *foreign]).id == "42"
