"""Bytes to events and back: upcasts, bounds, and faults that name fields and never values."""

import json
from datetime import UTC, datetime

import pytest
from each import each
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import codec
from schemas.envelope import Envelope, to_headers
from schemas.event import Event
from schemas.events import (
    FormReceived,
    ProvisioningReported,
    RegistrationSubmitted,
)
from schemas.events.registration_submitted import RegistrationSubmittedV1, RegistrationSubmittedV2
from schemas.example import examples
from schemas.ids import registration_id
from schemas.retired_values import Connection, Registration, SealedSecret
from schemas.values import Dga

SUBJECT = "00000000-0000-8000-8000-000000000001"
ENVELOPE = Envelope(
    id="1",
    source="urn:salariskoppeling:intake",
    name="registration-submitted",
    version=5,
    subject=SUBJECT,
    time=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
)
FORM_HEADERS = to_headers(ENVELOPE._replace(name="form-received", version=1, source="urn:form"))
REPORT_HEADERS = to_headers(ENVELOPE._replace(name="provisioning-reported", version=1, source="urn:keylane"))
REPORT = b'{"connection":1,"cycle":1,"report":"accepted","reported_at":"2026-11-22T09:30:00Z"}'


class First(Event):
    name = "made-up"

    def upcast(self) -> Event:
        return Second()


class Second(First):
    version = 2


class Third(Second):
    version = 3


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
dgas = st.builds(Dga, name=texts, personnel_number=texts)
connections = st.builds(
    Connection,
    connection=st.integers(1, 50),
    employer_code=texts,
    secrets=st.lists(st.builds(SealedSecret, purpose=texts, token=texts), max_size=2).map(tuple),
)


def registrations(**fields: st.SearchStrategy[object]) -> st.SearchStrategy[Registration]:
    return st.builds(
        Registration,
        reference=texts,
        kind=st.sampled_from(["self_managed", "employer_registration"]),
        package=texts,
        company_name=texts,
        processor_name=st.none() | texts,
        email=texts,
        raamwerkcontractnummer=st.none() | texts,
        loonheffingennummer=st.none() | texts,
        frequency=st.sampled_from(["month", "four_weeks"]),
        thirteenth_month=st.booleans(),
        client_id=st.none() | texts,
        connections=st.lists(connections, min_size=1, max_size=3).map(tuple),
        **{"dgas": st.lists(dgas, max_size=3).map(tuple)} | fields,
    )


@settings(max_examples=25)
@given(registrations(), st.integers(1, 99))
def test_a_registration_is_read_as_it_was_written(registration: Registration, cycle: int) -> None:
    event = RegistrationSubmitted(registration=registration.upcast(), cycle=cycle)
    decoded = codec.decode("registration-submitted", *codec.encode(ENVELOPE, event))
    assert decoded == codec.Decoded(ENVELOPE, event)


@settings(max_examples=25)
@given(registrations(), st.integers(1, 99))
def test_the_second_version_is_read_as_the_newest(registration: Registration, cycle: int) -> None:
    second = RegistrationSubmittedV2(registration=registration, cycle=cycle)
    decoded = codec.decode("registration-submitted", *codec.encode(ENVELOPE._replace(version=2), second))
    assert isinstance(decoded.event, RegistrationSubmitted)
    read = decoded.event.registration
    assert [(known.name, known.value) for known in read.identifiers] == (
        [] if registration.client_id is None else [("client_id", registration.client_id)]
    )
    for after, before in zip(read.connections, registration.connections, strict=True):
        assert (after.connection, after.employer_code) == (before.connection, before.employer_code)
        assert [(secret.purpose, secret.token, secret.bound_to) for secret in after.secrets] == [
            (secret.purpose, secret.token, None) for secret in before.secrets
        ]


@settings(max_examples=25)
@given(registrations(dgas=st.lists(dgas, max_size=1).map(tuple)), st.integers(1, 99))
def test_the_first_version_is_read_as_the_newest(registration: Registration, cycle: int) -> None:
    fields = {name: getattr(registration, name) for name in Registration.model_fields if name != "dgas"}
    first = RegistrationSubmittedV1(dga=next(iter(registration.dgas), None), cycle=cycle, **fields)
    decoded = codec.decode("registration-submitted", *codec.encode(ENVELOPE._replace(version=1), first))
    newest = RegistrationSubmitted(registration=registration.upcast(), cycle=cycle, accepted_before=cycle > 1)
    assert decoded.event == newest
    assert decoded.envelope.version == 1


@pytest.mark.parametrize(
    ("said", "changes", "read"),
    [
        ("registration-submitted.v4", {"cycle": 1}, {"accepted_before": False}),
        ("registration-submitted.v4", {"cycle": 2}, {"accepted_before": True}),
        ("link-realised.v2", {"cycle": 1}, {"worked_before": False}),
        ("link-realised.v2", {"cycle": 2}, {"worked_before": True}),
        ("registration-held.v1", {"number": 0, "cycle": 1}, {"is_reminder": False, "corrects": False}),
        ("registration-held.v1", {"number": 1, "cycle": 2}, {"is_reminder": True, "corrects": True}),
        ("registration-rejected.v1", {}, {"cycle": 1, "correctable": False}),
        ("processor-confirmed.v1", {}, {"review": 1}),
        ("link-requested.v2", {}, {"number": 0}),
        ("policy-awaited.v1", {}, {"cycle": 1, "number": 0}),
    ],
)
def test_what_an_older_version_could_not_say_is_read_as_it_was_meant(
    said: str, changes: dict[str, int], read: dict[str, object]
) -> None:
    example = next(one for one in examples() if one.name.startswith(f"{said}/"))
    value = json.dumps(json.loads(example.value) | changes).encode()
    event = codec.decode(example.event.name, example.headers, value).event
    assert {name: getattr(event, name) for name in read} == read


def test_a_version_without_an_upcast_of_its_own_is_not_read_as_the_newest() -> None:
    assert codec.upcast_to(2, First()) == Second()
    assert codec.upcast_to(3, Third()) == Third()
    with pytest.raises(NotImplementedError):
        codec.upcast_to(3, First())


def test_a_forms_subject_is_computed_whatever_the_envelope_states() -> None:
    decoded = codec.decode("form-received", FORM_HEADERS, b'{"submission_id":"a-1","form":{}}')
    assert decoded.envelope.subject == registration_id("urn:form", "a-1")


def test_a_form_is_written_without_what_its_reader_noted() -> None:
    event = FormReceived.from_json(b'{"submission_id":"a","form":{"x":NaN}}')
    assert event.defects
    assert FormReceived(submission_id="a", form={}).model_dump_json() == '{"submission_id":"a","form":{}}'


@pytest.mark.parametrize("version", [b"1", b"2"])
def test_of_a_form_that_is_too_large_only_whom_to_answer_is_read(version: bytes) -> None:
    headers = [
        (name, b"urn:salariskoppeling:schema:form-received:" + version if name == "ce_dataschema" else value)
        for name, value in FORM_HEADERS
    ]
    typed = b'{"kind":"self_managed","email":"a@b.example","company_name":"De Korst","wachtwoord":"hunter2","x":"%s"}'
    value = b'{"submission_id":"a","form":' + typed % (b"x" * 65_536) + b"}"
    event = codec.decode("form-received", headers, value).event
    assert isinstance(event, FormReceived)
    assert event.form == {"email": "a@b.example", "company_name": "De Korst"}
    assert [defect.code for defect in event.defects] == ["TOO_LARGE"]


def test_a_form_that_is_too_large_is_kept_without_its_secrets_and_answered_the_same() -> None:
    typed = b'{"email":"a@b.example","company_name":"De Korst","client_secret":"hunter2","x":"%s"}'
    value = b'{"submission_id":"a","form":' + typed % (b"x" * 65_536) + b"}"
    kept = codec.storable("form-received", value)
    assert kept is not None
    assert b"hunter2" not in kept
    first, again = (codec.decode("form-received", FORM_HEADERS, one).event for one in (value, kept))
    assert isinstance(first, FormReceived)
    assert isinstance(again, FormReceived)
    assert (again.form, again.defects) == (first.form, first.defects)


@pytest.mark.parametrize(("pairs", "is_answered"), [(24_998, True), (24_999, False)])
def test_what_has_more_brackets_than_any_form_is_answered_to_nobody(pairs: int, *, is_answered: bool) -> None:
    value = b'{"submission_id":"a","form":' + b"[" + b"[{}]," * pairs + b"{}]}"
    if is_answered:
        assert isinstance(codec.decode("form-received", FORM_HEADERS, value).event, FormReceived)
    else:
        with pytest.raises(codec.CodecError, match="TOO_LARGE"):
            codec.decode("form-received", FORM_HEADERS, value)


def test_a_form_cannot_bring_its_own_defects() -> None:
    decoded = codec.decode("form-received", FORM_HEADERS, b'{"submission_id":"a","form":{},"defects":[{"code":"x"}]}')
    assert isinstance(decoded.event, FormReceived)
    assert decoded.event.defects == ()


@each(
    [
        (None, "EMPTY"),
        (b"", "EMPTY"),
        (b"{" + b" " * 1_048_576 + b"}", "TOO_LARGE"),
        (b"{" + b" " * 65_536 + b"}", "WRONG_SHAPE"),
        (b"{" + b" " * 65_536, "NOT_JSON"),
        (b"{", "NOT_JSON"),
        (b"[]", "NOT_JSON"),
        (b'{"form":{}}', "WRONG_SHAPE"),
        (b'{"submission_id":"a b","form":{}}', "WRONG_SHAPE"),
        (b'{"submission_id":"a\\n","form":{}}', "WRONG_SHAPE"),
        (b'{"submission_id":"\\ud800","form":{}}', "WRONG_SHAPE"),
        (b'{"submission_id":1,"form":{}}', "WRONG_SHAPE"),
        (b'{"submission_id":"","form":{}}', "WRONG_SHAPE"),
    ]
)
def test_what_is_no_form_is_named(case: tuple[bytes | None, str]) -> None:
    value, fault = case
    with pytest.raises(codec.CodecError) as refusal:
        codec.decode("form-received", FORM_HEADERS, value)
    assert refusal.value.fault == fault


@each(
    [
        (b"1,", b"true,"),
        (b'"cycle":1', b'"cycle":0'),
        (b"2026-11-22T09:30:00Z", b"2026-11-22T09:30:00"),
        (b"2026-11-22T09:30:00Z", b"1767261600"),
        (b"2026-11-22T09:30:00Z", b"1999-12-31T23:59:59Z"),
        (b'"2026-11-22T09:30:00Z"', b"1767261600"),
        (b'"accepted"', b'"failed"'),
        (b'"accepted"', b'"done"'),
        (b'"cycle":1', b'"cycle":1,"cycle":2'),
        (b'"accepted"', b'"failed","findings":[{"code":"USER_BLOCKED","detail":"a\\u0000b"}]'),
        (b'"accepted"', b'"failed","findings":[{"code":"PASSWORD_WAS_HUNTER2"}]'),
        (b'"cycle":1', b'"cycle":NaN'),
    ]
)
def test_a_report_is_read_with_suspicion(change: tuple[bytes, bytes]) -> None:
    codec.decode("provisioning-reported", REPORT_HEADERS, REPORT)
    with pytest.raises(codec.CodecError) as refusal:
        codec.decode("provisioning-reported", REPORT_HEADERS, REPORT.replace(*change, 1))
    assert refusal.value.fault in {"WRONG_SHAPE", "NOT_JSON"}
    assert "HUNTER2" not in str(refusal.value)


def test_a_report_or_verdict_that_leaves_out_why_is_told_what_is_missing() -> None:
    with pytest.raises(codec.CodecError, match=r"^WRONG_SHAPE: findings_missing$"):
        codec.decode("provisioning-reported", REPORT_HEADERS, REPORT.replace(b'"accepted"', b'"failed"'))
    verdict = b'{"email":"a@b.example","company_name":"c","verdict":"declined","reviewed_at":"2026-11-22T09:30:00Z"}'
    headers = to_headers(ENVELOPE._replace(name="processor-reviewed", version=2))
    with pytest.raises(codec.CodecError, match=r"^WRONG_SHAPE: reason_missing$"):
        codec.decode("processor-reviewed", headers, verdict)


def test_a_report_may_bring_a_time_with_its_letters_in_lower_case() -> None:
    lower = REPORT.replace(b"2026-11-22T09:30:00Z", b"2026-11-22t09:30:00z")
    read, same = (codec.decode("provisioning-reported", REPORT_HEADERS, one).event for one in (REPORT, lower))
    assert read == same


def test_a_report_may_bring_a_time_of_any_offset() -> None:
    decoded = codec.decode("provisioning-reported", REPORT_HEADERS, REPORT.replace(b"Z", b".123456+01:00"))
    assert isinstance(decoded.event, ProvisioningReported)
    assert decoded.event.reported_at.astimezone(UTC) == datetime(2026, 11, 22, 8, 30, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("topic", "envelope", "fault"),
    [
        ("form-received", ENVELOPE, "WRONG_TOPIC"),
        ("registration-submitted", ENVELOPE._replace(version=6), "UNKNOWN_VERSION"),
        ("registration-submitted", ENVELOPE._replace(version=0), "HEADER_INVALID"),
        ("provisioning-reported", ENVELOPE._replace(name="provisioning-reported", version=1, subject=""), "NO_SUBJECT"),
    ],
)
def test_a_record_that_does_not_belong_is_named(topic: str, envelope: Envelope, fault: str) -> None:
    with pytest.raises(codec.CodecError) as refusal:
        codec.decode(topic, to_headers(envelope), REPORT)
    assert refusal.value.fault == fault


def test_an_unknown_topic_keeps_what_it_has() -> None:
    assert codec.storable("elsewhere", b'{"secret":"x"}') == b'{"secret":"x"}'
    assert codec.storable("form-received", None) is None
