"""Requests read, and what is said because of them: pure, and the same whenever it is asked."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.keylane.plan import Report, answers, early_reports
from sandbox.keylane.request import Arrival, Cancellation, Request, Unreadable, read
from sandbox.keylane.script import Script, Step, usual
from schemas import codec
from schemas.events import ProvisioningCancelled, ProvisioningReported, ProvisioningRequested
from schemas.example import Example, examples
from schemas.sealing import Binding, new_private_keys, seal
from schemas.values import Finding, SealedFor, SealedSecret

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
KEYS = new_private_keys()
SUBJECT = "00000000-0000-8000-8000-000000000001"
OTHER = "00000000-0000-8000-8000-000000000002"
REQUEST = Request(
    source="urn:salariskoppeling:provisioning",
    id="r-1",
    subject=SUBJECT,
    connection=2,
    cycle=3,
    revision=5,
    correlation="f-1",
    lane=7,
    received_at=NOW,
    opened=True,
)
AS_USUAL = Script(usual(60), {})
FINDINGS = (Finding(code="LHNR_MISMATCH"),)
LOKET, RAET = (
    next(example for example in examples() if example.name == f"provisioning-requested.v2/{name}")
    for name in ("loket", "raet-connection-1")
)


def arrival(example: Example, value: bytes | None = None) -> Arrival:
    return Arrival(example.event.name, 3, 41, example.headers, example.value if value is None else value)


def sealed_for(binding: Binding) -> bytes:
    token = seal("hunter2-marked", KEYS, binding)
    event = codec.decode("provisioning-requested", RAET.headers, RAET.value).event
    secrets = tuple(secret.model_copy(update={"token": token}) for secret in getattr(event, "secrets", ()))
    return event.model_copy(update={"secrets": secrets}).model_dump_json().encode()


def said(report: Report) -> ProvisioningReported:
    event = codec.decode("provisioning-reported", report.headers, report.value).event
    assert isinstance(event, ProvisioningReported)
    return event


def steps(*script: Step) -> Script:
    return Script(script, {})


def test_a_request_without_secrets_is_read() -> None:
    request = read(arrival(LOKET), KEYS, NOW)
    assert isinstance(request, Request)
    assert (request.connection, request.cycle, request.revision, request.lane) == (1, 1, 1, 3)
    assert request.opened


def test_a_token_that_was_sealed_for_this_request_opens_and_leaves_no_trace() -> None:
    envelope = codec.decode("provisioning-requested", RAET.headers, RAET.value).envelope
    request = read(arrival(RAET, sealed_for(Binding(envelope.subject, 1, "client_secret"))), KEYS, NOW)
    assert isinstance(request, Request)
    assert request.opened
    assert "hunter2" not in repr(request)


def test_a_token_that_came_with_a_correction_opens_for_that_correction_alone() -> None:
    corrected = next(one for one in examples() if one.name == "provisioning-requested.v2/raet-connection-2-corrected")
    event = codec.decode("provisioning-requested", corrected.headers, corrected.value).event
    assert isinstance(event, ProvisioningRequested)
    bound_to = SealedFor(registration=OTHER, connection=2)

    def opens(registration: str) -> bool:
        token = seal("hunter2-marked", KEYS, Binding(registration, 2, "client_secret"))
        secret = SealedSecret(purpose="client_secret", token=token, bound_to=bound_to)
        value = event.model_copy(update={"secrets": (secret,)}).model_dump_json().encode()
        request = read(arrival(corrected, value), KEYS, NOW)
        return isinstance(request, Request) and request.opened

    assert opens(OTHER)
    assert not opens(SUBJECT)


@pytest.mark.parametrize(("connection", "purpose"), [(2, "client_secret"), (1, "password")])
def test_a_token_that_was_sealed_for_something_else_does_not_open(connection: int, purpose: str) -> None:
    envelope = codec.decode("provisioning-requested", RAET.headers, RAET.value).envelope
    request = read(arrival(RAET, sealed_for(Binding(envelope.subject, connection, purpose))), KEYS, NOW)
    assert isinstance(request, Request)
    assert not request.opened
    (answer,) = answers(request, AS_USUAL)
    assert said(answer).report == "customer_action_needed"
    assert [finding.code for finding in said(answer).findings] == ["CREDENTIALS_INVALID"]


def test_a_token_for_other_keys_does_not_open() -> None:
    request = read(arrival(RAET), KEYS, NOW)
    assert isinstance(request, Request)
    assert not request.opened


def test_a_cancellation_is_read_with_the_connection_and_the_cycle_that_it_ends() -> None:
    example = next(one for one in examples() if one.event is ProvisioningCancelled)
    decoded = codec.decode(ProvisioningCancelled.name, example.headers, example.value)
    assert isinstance(decoded.event, ProvisioningCancelled)
    envelope, place = decoded.envelope, (decoded.event.contact.connection, decoded.event.cycle)
    assert read(arrival(example), KEYS, NOW) == Cancellation(
        envelope.source, envelope.id, envelope.subject, *place, NOW
    )


@pytest.mark.parametrize(("value", "fault"), [(b"{", "NOT_JSON"), (b"{}", "WRONG_SHAPE"), (b"", "EMPTY")])
def test_what_is_no_request_is_named(value: bytes, fault: str) -> None:
    assert read(arrival(LOKET, value), KEYS, NOW) == Unreadable("provisioning-requested", 3, 41, fault)


def test_reports_echo_connection_and_cycle_and_say_why() -> None:
    accepted, configured = answers(REQUEST, AS_USUAL)
    assert (said(accepted).report, accepted.due_at) == ("accepted", NOW)
    assert (said(configured).report, configured.due_at) == ("configured", NOW + timedelta(seconds=60))
    for report in (accepted, configured):
        envelope = codec.decode("provisioning-reported", report.headers, report.value).envelope
        assert (said(report).connection, said(report).cycle) == (2, 3)
        assert (envelope.subject, envelope.causation, envelope.correlation) == (SUBJECT, "r-1", "f-1")
        assert said(report).reported_at == report.due_at
        assert report.lane == 7


def test_the_same_request_leads_to_the_same_bytes() -> None:
    assert answers(REQUEST, AS_USUAL) == answers(REQUEST, AS_USUAL)


def test_other_requests_lead_to_other_ids() -> None:
    def ids(request: Request) -> set[bytes]:
        return {dict(report.headers)["ce_id"] for report in answers(request, AS_USUAL)}

    assert len(ids(REQUEST)) == 2
    assert not ids(REQUEST) & ids(replace(REQUEST, id="r-2"))
    assert not ids(REQUEST) & ids(replace(REQUEST, source="urn:other"))


def test_twice_is_the_same_report_and_with_new_ids_another_with_the_same_words() -> None:
    same = answers(REQUEST, steps(Step(report="configured", times=2)))
    assert [(report.headers, report.value) for report in same[:1]] == [
        (report.headers, report.value) for report in same[1:]
    ]
    assert same[0].key != same[1].key
    other = answers(REQUEST, steps(Step(report="configured", times=2, new_id=True)))
    assert other[0].value == other[1].value
    assert dict(other[0].headers)["ce_id"] != dict(other[1].headers)["ce_id"]


def test_a_stale_report_names_an_older_cycle_and_never_less_than_the_first() -> None:
    (stale,) = answers(REQUEST, steps(Step(report="accepted", cycle_offset=-1)))
    (oldest,) = answers(REQUEST, steps(Step(report="accepted", cycle_offset=-9)))
    assert (said(stale).cycle, said(oldest).cycle) == (2, 1)


def test_a_contradiction_a_date_and_silence_can_be_scripted() -> None:
    day = date(2027, 1, 5)
    reports = answers(REQUEST, steps(Step(report="configured", first_exchange_on=day), Step(report="accepted")))
    assert [said(report).report for report in reports] == ["configured", "accepted"]
    assert said(reports[0]).first_exchange_on == day
    assert answers(REQUEST, steps()) == ()


def test_a_report_can_be_dated_before_and_after_it_is_said() -> None:
    works = Step(report="configured", dated_s=-86_400)
    stops = Step(report="customer_action_needed", findings=FINDINGS, after_s=1, dated_s=1)
    before, after = answers(REQUEST, steps(works, stops))
    assert said(before).reported_at == before.due_at - timedelta(days=1)
    assert said(after).reported_at == after.due_at + timedelta(seconds=1)


def test_a_correction_is_answered_otherwise_than_what_it_corrects() -> None:
    script = steps(Step(report="failed", findings=FINDINGS, cycle=3), Step(report="configured", cycle=4))
    assert [said(report).report for report in answers(REQUEST, script)] == ["failed"]
    assert [said(report).report for report in answers(replace(REQUEST, cycle=4), script)] == ["configured"]
    assert answers(replace(REQUEST, cycle=5), script) == ()


def test_an_early_report_needs_no_request_and_is_not_repeated_by_one() -> None:
    script = Script(usual(0), {f"{SUBJECT}/2": (Step(report="accepted", early=True), Step(report="configured"))})
    (early,) = early_reports(script, NOW)
    assert (said(early).connection, said(early).cycle, said(early).report) == (2, 1, "accepted")
    assert [said(report).report for report in answers(REQUEST, script)] == ["configured"]
    assert early_reports(Script(usual(0), {"*": (Step(report="accepted", early=True),)}), NOW) == ()
