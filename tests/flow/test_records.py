import json
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from commands import koppeling
from forms import loket_form
from live_view import caught_up
from onboarding import CONFIRMATION, MAILS_EACH, RECEIPT, SOURCE, Onboarding, Raw, form_record

from sandbox.waiting import until
from schemas.envelope import Header
from schemas.flow import LANES
from schemas.ids import registration_id
from stream.lane import lane_of

NOT_JSON = b'{"submission_id": "half'


async def parked_reason(onboarding: Onboarding, value: bytes | None) -> str:
    async def ask() -> str | None:
        rows = [row for row in await onboarding.parked("intake") if row["value"] == value]
        return str(rows[-1]["reason"]) if rows else None

    return await until(ask, deadline_s=30, missing="the record is not parked")


def form_headers(submission: str) -> list[Header]:
    return list(form_record(submission, {}).headers)


async def test_one_record_delivered_five_times_mails_once(onboarding: Onboarding) -> None:
    form = loket_form(30_000)
    await onboarding.load_policies([form])
    record = form_record("five-times", form)
    await onboarding.publish([record] * 3)
    registration = registration_id(SOURCE, "five-times")
    await onboarding.settled([registration], MAILS_EACH)
    await onboarding.publish([record] * 2)
    # A neighbour on the same lane that is mailed shows that the repeats before it were handled.
    neighbour = next(
        n for n in range(1000) if same_lane(registration, registration_id(SOURCE, f"five-times-neighbour-{n}"))
    )
    after = await onboarding.submit({f"five-times-neighbour-{neighbour}": loket_form(30_001)})
    await onboarding.settled(after, MAILS_EACH)
    effects = await onboarding.effects([registration])
    assert [len(mails) for mails in onboarding.mails(effects).values()] == [1] * MAILS_EACH


def same_lane(one: str, other: str) -> bool:
    return lane_of(one, LANES) == lane_of(other, LANES)


async def test_an_undecodable_record_is_parked_and_its_neighbours_are_mailed(onboarding: Onboarding) -> None:
    forms = {f"neighbour-{n}": loket_form(31_000 + n) for n in range(6)}
    await onboarding.load_policies(list(forms.values()))
    good = [form_record(submission, form) for submission, form in forms.items()]
    partition = lane_of(registration_id(SOURCE, "neighbour-0"), LANES)
    bad = Raw(b"whatever", NOT_JSON, form_headers("undecodable"), partition)
    await onboarding.publish([*good[:3], bad, *good[3:]])
    registrations = [registration_id(SOURCE, submission) for submission in forms]
    effects = await onboarding.settled(registrations, MAILS_EACH * len(forms))
    assert {effect.status for effect in effects} == {"SENT"}
    assert await parked_reason(onboarding, NOT_JSON) == "NOT_JSON"


class NotUtf8(str):
    """A header's name as no well-behaved client writes it."""

    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        return b"\xff\xfe"


async def publish_as_one_batch(onboarding: Onboarding, records: list[Raw], partition: int) -> None:
    async with AIOKafkaProducer(bootstrap_servers=onboarding.sandbox.endpoints().kafka.bootstrap_servers) as producer:
        batch = producer.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, -1, 1_000_000)
        for record in records:
            batch.append(key=record.key, value=record.value, timestamp=None, headers=list(record.headers))
        await (await producer.send_batch(batch, "form-received", partition=partition))


async def test_a_header_whose_name_is_no_utf_8_parks_its_record_and_none_of_its_batch(onboarding: Onboarding) -> None:
    lane = lane_of(registration_id(SOURCE, "header-0"), LANES)
    submissions = [s for s in (f"header-{n}" for n in range(200)) if lane_of(registration_id(SOURCE, s), LANES) == lane]
    forms = {submission: loket_form(36_000 + n) for n, submission in enumerate(submissions[:4])}
    await onboarding.load_policies(list(forms.values()))
    await caught_up(onboarding.sandbox)
    before = onboarding.sandbox.endpoints().processes
    good = [form_record(submission, form) for submission, form in forms.items()]
    bad = Raw(b"k", b'{"bytes": "kept"}', [*form_headers("header-bad"), (NotUtf8("x"), b"1")])
    await publish_as_one_batch(onboarding, [*good[:2], bad, *good[2:]], lane)
    registrations = [registration_id(SOURCE, submission) for submission in forms]
    effects = await onboarding.settled(registrations, MAILS_EACH * len(forms))
    assert {effect.status for effect in effects} == {"SENT"}
    assert await parked_reason(onboarding, bad.value) == "HEADER_INVALID"
    await caught_up(onboarding.sandbox)
    assert onboarding.sandbox.endpoints().processes == before


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (Raw(b"k", b"[1, 2]", form_headers("bad-1")), "NOT_JSON"),
        (Raw(b"k", b"\xff\xfe", form_headers("bad-2")), "NOT_JSON"),
        (Raw(b"k", b"", form_headers("bad-3")), "EMPTY"),
        (Raw(b"k", None, form_headers("bad-4")), "EMPTY"),
        (Raw(None, b'{"submission_id": "none"}', ()), "HEADER_MISSING"),
        (Raw(b"k", b'{"submission_id": 1, "form": {}}', form_headers("bad-5")), "WRONG_SHAPE"),
        (Raw(b"k", b'{"submission_id": "", "form": {}}', form_headers("bad-6")), "WRONG_SHAPE"),
        (Raw(b"k", b'{"n": 1}', [(f"x-{n}", b"1") for n in range(10_000)]), "TOO_MANY_HEADERS"),
        (Raw(b"k", b'{"n": 2}', [("ce_id", b"\xff"), *form_headers("bad-7")]), "HEADER_INVALID"),
        (Raw(b"k", b'{"submission_id": "' + b"x" * 900_000 + b'"}', form_headers("bad-8")), "WRONG_SHAPE"),
        (Raw(b"k", b'{"form":{' + b",".join(b'"k%d":1' % n for n in range(60_000)) + b"}}", ()), "HEADER_MISSING"),
        (Raw(b"k", b'{"a":' * 5000, form_headers("bad-9")), "NOT_JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_no_form_is_parked_with_its_bytes_and_a_reason(
    record: Raw, reason: str, onboarding: Onboarding
) -> None:
    await onboarding.publish([record])
    assert await parked_reason(onboarding, record.value) == reason


async def test_a_later_version_than_ours_is_parked_until_we_know_it(onboarding: Onboarding) -> None:
    record = form_record("version-9", loket_form(32_000))
    headers = [
        (name, b"urn:salariskoppeling:schema:form-received:9" if name == "ce_dataschema" else value)
        for name, value in record.headers
    ]
    await onboarding.publish([replace(record, headers=headers)])
    assert await parked_reason(onboarding, record.value) == "UNKNOWN_VERSION"


async def test_a_second_body_under_a_used_id_is_parked_and_the_first_wins(onboarding: Onboarding) -> None:
    registrations = await onboarding.submit({"used-id": loket_form(33_000)})
    await onboarding.settled(registrations, MAILS_EACH)
    other = form_record("used-id", loket_form(33_000, company_name="Iemand Anders"))
    await onboarding.publish([other])
    assert await parked_reason(onboarding, other.value) == "ID_REUSED"
    assert len(await onboarding.effects(registrations)) == MAILS_EACH


async def test_a_record_on_the_wrong_lane_or_without_key_is_handled_on_the_right_one(onboarding: Onboarding) -> None:
    forms = {"wrong-lane": loket_form(34_000), "no-key": loket_form(34_001)}
    await onboarding.load_policies(list(forms.values()))
    registrations = [registration_id(SOURCE, submission) for submission in forms]
    wrong = [(lane_of(registration, LANES) + 1) % LANES for registration in registrations]
    first, second = [form_record(submission, form) for submission, form in forms.items()]
    await onboarding.publish([replace(first, partition=wrong[0]), replace(second, key=None, partition=wrong[1])])
    effects = await onboarding.settled(registrations, MAILS_EACH * 2)
    assert {f"{effect.kind} {effect.occasion}" for effect in effects} == {CONFIRMATION, RECEIPT}


FAULTY = {
    "numbers for booleans": (loket_form(35_000, thirteenth_month=1), {("thirteenth_month", "WRONG_TYPE")}),
    "a list of addresses": (loket_form(35_001, email="a@b.example, c@d.example"), {("email", "EMAIL_NOT_ONE")}),
    "an unknown package": (loket_form(35_002, package="afas"), {("package", "UNKNOWN_PACKAGE")}),
    "1 MB of text": (loket_form(35_004, company_name="x" * 1_000_000), {("form", "TOO_LARGE")}),
    "control characters": (loket_form(35_003, company_name="A\r\nBcc: x"), {("company_name", "CONTROL_CHARACTER")}),
    "no shape at all": ({"kind": 7}, {("kind", "WRONG_TYPE"), ("package", "REQUIRED")}),
}


@pytest.mark.parametrize("case", FAULTY)
async def test_a_form_with_faults_is_answered_with_every_one_of_them(case: str, onboarding: Onboarding) -> None:
    form, faults = FAULTY[case]
    submission = case.replace(" ", "-")
    registration = registration_id(SOURCE, submission)
    await onboarding.publish([form_record(submission, form)])

    async def ask() -> list[str] | None:
        rows = await onboarding.query(
            "select document from intake.state where kind = 'intake' and key = $1", registration
        )
        return json.loads(rows[0]["document"])["faults"] if rows and rows[0]["document"] else None

    named = await until(ask, deadline_s=30, missing="the form is not answered")
    assert {f"{field} {code}" for field, code in faults} <= set(named)


async def test_a_form_whose_publisher_took_it_back_is_not_registered_and_nothing_waits_behind_it(
    onboarding: Onboarding,
) -> None:
    forms = {"taken-back": loket_form(37_000), "meant": loket_form(37_001)}
    await onboarding.load_policies(list(forms.values()))
    bootstrap = onboarding.sandbox.endpoints().kafka.bootstrap_servers
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id="a-web-form") as producer:
        for submission, form in forms.items():
            await producer.begin_transaction()
            record = form_record(submission, form)
            partition = lane_of(registration_id(SOURCE, "meant"), LANES)
            await producer.send_and_wait(
                "form-received", record.value, key=record.key, headers=list(record.headers), partition=partition
            )
            taken_back = submission == "taken-back"
            await (producer.abort_transaction() if taken_back else producer.commit_transaction())

    assert await onboarding.confirmations([registration_id(SOURCE, "meant")]) == [1]
    unknown = registration_id(SOURCE, "taken-back")
    assert await onboarding.query("select 1 from intake.journal where subject = $1", unknown) == []
    (intake,) = [one for one in (await koppeling(onboarding, "services", "--json")).json if one["service"] == "intake"]
    assert intake["lag_records"] == 0
    findings = (await koppeling(onboarding, "audit", "--json")).json["findings"]
    assert [one for one in findings if unknown in one["about"] or "form-received" in one["about"]] == []
