"""Everything that people and programs get wrong, each with its end: what intake's whole worker makes of the record.

A form that can be answered is answered, with every fault by field and code, and by mail where an address is known; what
cannot be is parked with its bytes and a reason. Neighbours on the same lane go on.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from intake_desk import TERMS
from service_in_memory import LANES, ServiceInMemory
from stories import NOW
from typed_forms import exact, loket, processor, raet, token

from ops.cli import main
from schemas.envelope import Envelope, Header, to_headers
from schemas.events import DeadLettered, RegistrationRejected, RegistrationSubmitted
from schemas.ids import registration_id
from services.intake.decide import service
from services.intake.documents import Intake
from stream.lane import lane_of
from stream.memory.manual_clock import ManualClock
from stream.record import TopicLane

SOURCE = "urn:web-forms"
SUBMISSION = "bad"
ME = registration_id(SOURCE, SUBMISSION)
SECRET = "hunter2-marked"  # noqa: S105 -- planted, to be looked for
BSN = "123456782"

Faults = Sequence[tuple[str, str]]


def entry(form: object, submission: object = SUBMISSION) -> bytes:
    return json.dumps({"submission_id": submission, "form": form}).encode()


def headers(submission: str = SUBMISSION, **changes: bytes | None) -> list[tuple[str, bytes | None]]:
    envelope = Envelope(f"e-{submission}", SOURCE, "form-received", 2, registration_id(SOURCE, submission), NOW)
    there: Sequence[Header] = to_headers(envelope)
    return [(name, changes.get(name, value)) for name, value in there]


def clear(form: dict[str, Any]) -> dict[str, Any]:
    """The same with a secret that nobody has sealed."""
    first, *others = form["connections"]
    return form | {"connections": [first | {"client_secret": SECRET}, *others]}


def two(code: str, **more: Any) -> list[dict[str, Any]]:
    return [{"employer_code": code, **more}]


def lhnr(number: object) -> dict[str, Any]:
    return loket(loonheffingennummer=number)


LHNR = "loonheffingennummer"
CODE = "connections.0.employer_code"
CLIENT_SECRET = "connections.0.client_secret"  # noqa: S105 -- a field's path

ANSWERED: Mapping[str, tuple[dict[str, Any], Faults]] = {
    "a number for a boolean": (loket(thirteenth_month=1), [("thirteenth_month", "WRONG_TYPE")]),
    "a text for a boolean": (loket(thirteenth_month="ja"), [("thirteenth_month", "WRONG_TYPE")]),
    "addresses in a text": (loket(email="a@b.example, c@d.example"), [("email", "EMAIL_NOT_ONE")]),
    "addresses in a list": (loket(email=["a@b.example", "c@d.example"]), [("email", "WRONG_TYPE")]),
    "another recipient": (loket(email="a@b.example\r\nBcc: c@d.example"), [("email", "CONTROL_CHARACTER")]),
    "control characters": (loket(company_name="De\x00Korst"), [("company_name", "CONTROL_CHARACTER")]),
    "NUL in a name and a list": (loket(email={"a\0": ["b\0"]}), [("email", "WRONG_TYPE")]),
    "NUL in a name nobody asks": (loket(**{"a\0b": "c\0d"}), [("a?b", "UNKNOWN_FIELD")]),
    "NUL where a list is asked": (loket(dgas="\0"), [("dgas", "WRONG_TYPE")]),
    "long text": (loket(company_name="x" * 60_000), [("company_name", "TOO_LONG")]),
    "no answer about DGAs": (loket(dgas=None), [("dgas", "REQUIRED")]),
    "no such package": (loket(package="afas"), [("package", "UNKNOWN_PACKAGE")]),
    "no such kind": (loket(kind="mine"), [("kind", "UNKNOWN_KIND")]),
    "nothing": ({}, [("kind", "REQUIRED"), ("package", "REQUIRED"), ("email", "REQUIRED")]),
    "secret in clear": (clear(raet(registration=ME)), [(CLIENT_SECRET, "SECRET_NOT_SEALED")]),
    "secret for another": (raet(registration="another"), [(CLIENT_SECRET, "SECRET_BOUND_ELSEWHERE")]),
    "sealed secret in a name": (loket(company_name=token(1, ME)), [("company_name", "SECRET_IN_WRONG_FIELD")]),
    "secret nobody asks": (loket(wachtwoord=SECRET), [("wachtwoord", "SECRET_IN_WRONG_FIELD")]),
    "LHNR: check digit": (lhnr("123456789L01"), [(LHNR, "LHNR_CHECK_DIGIT")]),
    "LHNR: check digit, zeros": (lhnr("001234561L01"), [(LHNR, "LHNR_CHECK_DIGIT")]),
    "LHNR: sub-number 00": (lhnr("001234560L00"), [(LHNR, "LHNR_SUBNUMBER_ZERO")]),
    "LHNR: a VAT number": (lhnr("001234560B01"), [(LHNR, "LHNR_VAT_NUMBER")]),
    "LHNR: eight digits": (lhnr("12345678L01"), [(LHNR, "LHNR_DIGITS_TOO_FEW")]),
    "LHNR: short sub-number": (lhnr("123456782L1"), [(LHNR, "LHNR_SUBNUMBER_TOO_SHORT")]),
    "LHNR: long sub-number": (lhnr("123456782L001"), [(LHNR, "LHNR_SUBNUMBER_TOO_LONG")]),
    "LHNR: zeros": (lhnr("000000000L01"), [(LHNR, "LHNR_ZERO")]),
    "LHNR: no check digit": (lhnr("823456780L01"), [(LHNR, "LHNR_NO_CHECK_DIGIT")]),
    "LHNR: a number": (lhnr(123456782), [(LHNR, "WRONG_TYPE")]),
    "numbers exchanged": (
        loket(loonheffingennummer="A0201234", raamwerkcontractnummer="123456782L01"),
        [("raamwerkcontractnummer", "CONTRACT_NUMBER_IS_LHNR"), (LHNR, "LHNR_IS_CONTRACT_NUMBER")],
    ),
    "Loket ID with a secret": (
        loket(connections=two("8106625", client_secret=token(1, ME))),
        [(CLIENT_SECRET, "SECRET_IN_WRONG_FIELD")],
    ),
    "Loket ID with a client ID": (loket(client_id="mine"), [("client_id", "FIELD_NOT_ASKED")]),
    "Loket ID of the API": (
        loket(connections=two("6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10")),
        [(CODE, "EMPLOYER_CODE_IS_UUID")],
    ),
    "Exact code with letters": (
        exact(registration=ME, connections=two("12 De Korst", client_secret=token(1, ME))),
        [(CODE, "EMPLOYER_CODE_FORMAT")],
    ),
    "BSN as a company": (loket(company_name=f"De Korst {BSN}"), [("company_name", "BSN_REFUSED")]),
    "BSN as personnel number": (
        loket(dgas=[{"name": "Zoë", "personnel_number": BSN}]),
        [("dgas.0.personnel_number", "BSN_REFUSED")],
    ),
    "BSN nobody asks": (loket(bsn=BSN), [("bsn", "BSN_REFUSED")]),
    "BSN as a user name": (processor(ME, username=BSN), [("username", "BSN_REFUSED")]),
    "many fields": (
        loket(**{f"veld_{chr(97 + n // 26)}{chr(97 + n % 26)}": n for n in range(600)}),
        [("veld_aa", "UNKNOWN_FIELD"), ("form", "TOO_MANY_FAULTS")],
    ),
}
DOUBTFUL: Mapping[str, tuple[bytes, Faults]] = {
    "NaN": (entry(loket()).replace(b"false", b"NaN"), [("form", "NOT_FINITE"), ("thirteenth_month", "WRONG_TYPE")]),
    "1e999": (entry(loket()).replace(b"false", b"1e999"), [("form", "NOT_FINITE"), ("thirteenth_month", "WRONG_TYPE")]),
    "a key twice": (
        entry(loket()).replace(b'"dgas"', b'"frequency": "month", "dgas"'),
        [("frequency", "DUPLICATE_KEY")],
    ),
    "no form": (b'{"submission_id": "bad"}', [("form", "REQUIRED")]),
    "a secret beside it all": (
        entry(loket()).replace(b'"form"', b'"client_secret": "hunter2", "form"'),
        [("client_secret", "SECRET_IN_WRONG_FIELD")],
    ),
    "a form that is null": (entry(None), [("form", "REQUIRED")]),
    "a form in a string": (entry(json.dumps(loket())), [("form", "WRONG_TYPE")]),
    "a form in a list": (entry([loket(wachtwoord=SECRET)]), [("form", "WRONG_TYPE")]),
    "1 MB of text": (entry(loket(company_name="x" * 1_000_000)), [("form", "TOO_LARGE")]),
    "40,000 keys": (entry(loket(**{f"veld_{n}": n for n in range(40_000)})), [("form", "TOO_LARGE")]),
    "a large form in a string": (entry("x" * 70_000), [("form", "TOO_LARGE")]),
    "half a character": (entry(loket()).replace(b"Bakkerij", b"\\ud800"), [("company_name", "NOT_UNICODE")]),
    "half a character in a list": (
        entry(loket(dgas=[{"name": "Zed", "personnel_number": "1"}])).replace(b"Zed", b"\\ud800"),
        [("dgas", "NOT_UNICODE")],
    ),
    "half a character in a secret": (
        entry(clear(raet(registration=ME))).replace(SECRET.encode(), b"\\ud800"),
        [("connections", "NOT_UNICODE"), (CLIENT_SECRET, "SECRET_NOT_SEALED")],
    ),
    "half a character in a name": (
        entry(loket()).replace(b'"dgas"', b'"\\ud800": 1, "dgas"'),
        [("form", "NOT_UNICODE"), ("???", "UNKNOWN_FIELD")],
    ),
    "half a character for a form": (
        entry("x").replace(b'"x"', b'"\\ud800"'),
        [("form", "WRONG_TYPE"), ("form", "NOT_UNICODE")],
    ),
}


class Parked(NamedTuple):
    """A record that nobody can be answered about, and the reason it is parked with."""

    reason: str
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] | None = None


GOOD = entry(loket())
PARKED: Mapping[str, Parked] = {
    "no JSON": Parked("NOT_JSON", b"submission_id=bad&kind=self_managed"),
    "cut off": Parked("NOT_JSON", GOOD[:200]),
    "no UTF-8": Parked("NOT_JSON", b'{"submission_id": "bad", "form": {"company_name": "\xff\xfe"}}'),
    "a list": Parked("NOT_JSON", b"[1, 2]"),
    "too deep": Parked("NOT_JSON", b'{"submission_id": "bad", "form": ' + b'{"a":' * 5_000),
    "empty": Parked("EMPTY", b""),
    "nothing at all": Parked("EMPTY", None),
    "100,000 keys": Parked("TOO_LARGE", b'{"form": {' + b", ".join(b'"%d": 0' % n for n in range(100_000)) + b"}}"),
    "no submission id": Parked("WRONG_SHAPE", b'{"form": {}}'),
    "a submission id that is none": Parked("WRONG_SHAPE", entry(loket(), "a b")),
    "a number as submission id": Parked("WRONG_SHAPE", entry(loket(), 7)),
    "no headers": Parked("HEADER_MISSING", GOOD, ()),
    "10,000 headers": Parked("TOO_MANY_HEADERS", GOOD, [(f"x-{n}", b"1") for n in range(10_000)]),
    "a header that is no UTF-8": Parked("HEADER_INVALID", GOOD, headers(ce_id=b"\xff\xfe")),
    "a header twice": Parked("HEADER_REPEATED", GOOD, [*headers(), *headers()]),
    "a huge header": Parked("HEADER_TOO_LARGE", GOOD, headers(ce_id=b"x" * 100_000)),
    "a version we do not know": Parked(
        "UNKNOWN_VERSION", GOOD, headers(ce_dataschema=b"urn:salariskoppeling:schema:form-received:9")
    ),
}


class Lane:
    """Intake, and a lane of it on which something bad arrives between two good forms."""

    def __init__(self) -> None:
        self.intake = ServiceInMemory(service(TERMS), ManualClock(NOW))
        self.lane = lane_of(ME, LANES)
        names = (f"good-{number}" for number in range(1_000))
        same = (name for name in names if lane_of(registration_id(SOURCE, name), LANES) == self.lane)
        self.before, self.after = next(same), next(same)

    def write(
        self, value: bytes | None, there: Sequence[tuple[str, bytes | None]] | None = None, *,
        key: bytes | None = ME.encode(), lane: int | None = None,
    ) -> None:  # fmt: skip
        place = TopicLane("form-received", self.lane if lane is None else lane)
        self.intake.broker.write(place, key, value, tuple(headers() if there is None else there))

    def between_good_ones(
        self, value: bytes | None, there: Sequence[tuple[str, bytes | None]] | None = None, **where: Any
    ) -> None:
        """One batch of three; the good ones are submitted whatever stands between them."""
        self._good(self.before, "1111111")
        self.write(value, there, **where)
        self._good(self.after, "2222222")
        self.intake.run()
        for name in (self.before, self.after):
            assert self.intake.documents(Intake)[registration_id(SOURCE, name)].answer == "submitted"

    def rejected(self) -> list[RegistrationRejected]:
        return [one.event for one in self.intake.listen() if isinstance(one.event, RegistrationRejected)]

    def _good(self, name: str, code: str) -> None:
        registration = registration_id(SOURCE, name)
        form = loket(connections=two(code))
        self.write(entry(form, name), headers(name), key=registration.encode())


@pytest.fixture
def lane() -> Iterator[Lane]:
    found = Lane()
    yield found
    found.intake.close()


FORMS = {**{name: (entry(form), faults) for name, (form, faults) in ANSWERED.items()}, **DOUBTFUL}


@pytest.mark.parametrize("case", FORMS)
def test_a_form_with_faults_is_answered_with_them_by_event_and_by_mail(case: str, lane: Lane) -> None:
    value, faults = FORMS[case]
    lane.between_good_ones(value)
    (rejected,) = lane.rejected()
    said = [(fault.field, fault.code) for fault in rejected.faults]
    assert set(faults) <= set(said)
    assert case in ("nothing", "many fields") or "secret" in case or said == list(faults)
    unknown = case == "nothing" or "form" in case or any(field == "email" for field, _ in faults)
    assert (rejected.email is None) == unknown
    assert not (rejected.correctable and ("form" in case or ("form", "TOO_LARGE") in faults))
    kept = lane.intake.documents(Intake)[ME].model_dump_json()
    assert SECRET not in rejected.model_dump_json() + kept
    assert BSN not in rejected.model_dump_json()
    assert not lane.intake.database.tables.rows


# Without an envelope's `form`, the commands take a file's object for the form itself.
@pytest.mark.parametrize("case", [name for name in FORMS if name != "no form"])
def test_the_same_form_is_named_by_the_commands_with_the_same_fields_and_codes(case: str, tmp_path: Path) -> None:
    value, faults = FORMS[case]
    file = tmp_path / "forms.ndjson"
    file.write_bytes(json.dumps({"source": SOURCE}).encode()[:-1] + b", " + value[1:])
    found = CliRunner().invoke(main, ["check", str(file)])
    sealed_by_us = case == "secret in clear"
    assert found.exit_code == (0 if sealed_by_us else 1), found.output
    named = [tuple(line.split(": ")[1:3]) for line in found.stderr.splitlines() if line.startswith(str(file))]
    assert sealed_by_us or set(faults) <= set(named)
    assert SECRET not in found.output
    assert BSN not in found.output


@pytest.mark.parametrize("case", PARKED)
def test_what_nobody_can_be_answered_about_is_parked_with_its_bytes_and_a_reason(case: str, lane: Lane) -> None:
    bad = PARKED[case]
    lane.between_good_ones(bad.value, bad.headers)
    (row,) = lane.intake.database.tables.rows.values()
    assert (row.reason, row.blocks, row.due_at) == (bad.reason, False, None)
    assert row.record.value == bad.value
    (letter,) = lane.intake.broker.records(DeadLettered.name)
    assert dict(letter.headers)["ce_type"] == b"salariskoppeling.dead-lettered"
    assert ME not in lane.intake.documents(Intake)


def test_another_body_under_an_id_that_was_used_is_parked_and_the_first_one_stands(lane: Lane) -> None:
    lane.write(GOOD)
    lane.between_good_ones(entry(loket(company_name="Iemand Anders")))
    (row,) = lane.intake.database.tables.rows.values()
    assert (row.reason, row.blocks) == ("ID_REUSED", False)
    assert lane.intake.documents(Intake)[ME].company_name == "Bakkerij De Korst B.V."


@pytest.mark.parametrize(("key", "lanes_off"), [(None, 0), (None, 1), (b"somebody-else", 0), (ME.encode(), 1)])
def test_without_its_key_or_on_another_lane_a_form_is_submitted_once(
    key: bytes | None, lanes_off: int, lane: Lane
) -> None:
    lane.between_good_ones(GOOD, key=key, lane=(lane.lane + lanes_off) % LANES)
    submitted = [one.subject for one in lane.intake.listen() if isinstance(one.event, RegistrationSubmitted)]
    assert submitted.count(ME) == 1
