"""The examples are what the codec reads, what the released schemas allow, and what a form's check answers."""

import json
from functools import cache
from typing import get_args

import pytest
from each import each
from jsonschema import Draft202012Validator

from payroll.check import check_form
from payroll.form import CheckedForm, RefusedForm
from payroll.packages import packages
from schemas import codec
from schemas.event import EventType
from schemas.events import FormReceived
from schemas.example import Example, examples
from schemas.release import schema
from schemas.values import RegistrationKind
from schemas.versions import VERSIONS

ALL = tuple(examples())
GOOD = tuple(example for example in ALL if example.good)
GOOD_FORMS = tuple(example for example in GOOD if example.event.name == FormReceived.name)
ANSWERED = tuple(example for example in ALL if example.answered)
PARKED = tuple(example for example in ALL if example.parked)


@cache
def validator(event: EventType) -> Draft202012Validator:
    return Draft202012Validator(schema(event))


def checked(example: Example) -> CheckedForm | RefusedForm:
    decoded = codec.decode("form-received", example.headers, example.value)
    assert isinstance(decoded.event, FormReceived)
    return check_form(decoded.event.form, decoded.envelope.subject, decoded.event.defects)


def test_every_version_has_an_example() -> None:
    assert {example.event for example in GOOD} == set(VERSIONS)


@each(GOOD)
def test_a_good_example_is_read_and_follows_its_released_schema(example: Example) -> None:
    decoded = codec.decode(example.event.name, example.headers, example.value)
    assert decoded.event.name == example.event.name
    validator(example.event).validate(json.loads(example.value))


def test_an_unknown_field_is_refused_of_a_writer_and_passed_over_by_a_reader() -> None:
    for example in GOOD:
        widened = json.loads(example.value) | {"tomorrows_field": 1}
        assert not validator(example.event).is_valid(widened), example.name
        codec.decode(example.event.name, example.headers, json.dumps(widened).encode())


def test_what_was_read_is_read_again_as_it_was_written() -> None:
    for example in GOOD:
        first = codec.decode(example.event.name, example.headers, example.value)
        written = codec.encode(first.envelope._replace(version=first.event.version), first.event)
        assert codec.decode(example.event.name, *written).event == first.event, example.name
        assert validator(type(first.event)).is_valid(json.loads(written[1])), example.name


def test_a_good_example_is_kept_as_it_is() -> None:
    assert all(codec.storable(example.event.name, example.value) == example.value for example in GOOD)


@each(GOOD_FORMS)
def test_a_good_form_is_accepted(example: Example) -> None:
    assert not isinstance(checked(example), RefusedForm)


def test_there_is_a_good_form_for_every_kind_and_package() -> None:
    everything = [json.loads(example.value)["form"] for example in GOOD_FORMS]
    offered = {(kind, slug) for slug, package in packages().items() for kind in package.kinds}
    others = {("link_request", None), ("correction", None), ("withdrawal", None)}
    assert {(form["kind"], form.get("package")) for form in everything} == offered | others
    forms = [form for form in everything if form["kind"] in get_args(RegistrationKind)]
    assert any(len(form["connections"]) > 1 for form in forms)
    assert any(len(form["dgas"]) > 1 for form in forms)
    assert {form["frequency"] for form in forms} == {"month", "four_weeks"}
    assert {form["thirteenth_month"] for form in forms} == {True, False}


@each(ANSWERED)
def test_a_wrong_form_is_answered_with_the_faults_beside_it(example: Example) -> None:
    found = checked(example)
    assert isinstance(found, RefusedForm)
    assert tuple((fault.field, fault.code.value) for fault in found.faults) == example.answered


@each(ANSWERED)
def test_a_wrong_form_that_was_kept_has_the_same_faults(example: Example) -> None:
    kept = codec.storable("form-received", example.value)
    again = codec.decode("form-received", example.headers, kept)
    assert isinstance(again.event, FormReceived)
    found = check_form(again.event.form, again.envelope.subject, again.event.defects)
    assert isinstance(found, RefusedForm)
    assert tuple((fault.field, fault.code.value) for fault in found.faults) == example.answered


@each(PARKED)
def test_what_cannot_be_answered_is_parked_for_the_reason_beside_it(example: Example) -> None:
    with pytest.raises(codec.CodecError) as refusal:
        codec.decode("form-received", example.headers, example.value)
    assert refusal.value.fault == example.parked


def test_no_clear_secret_of_an_example_is_kept() -> None:
    secret = b"not-sealed-at-all"
    with_secret = [example for example in ALL if secret in example.value]
    assert with_secret
    assert not [example for example in with_secret if secret in (codec.storable("form-received", example.value) or b"")]


def test_every_example_says_what_it_is_about() -> None:
    assert not [example.name for example in ALL if not example.about.endswith(".")]
