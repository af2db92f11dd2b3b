"""Whatever publishers write: each record ends in one way, for a reason, and its good neighbours are done."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from each import each

from faults.fuzz.addresses import ACCEPTED, REFUSED
from faults.fuzz.chain import Chain
from faults.fuzz.garbage import FORM_KINDS, Raw
from faults.fuzz.json_tricks import BROKEN, DOUBTFUL
from faults.fuzz.publishers import BACK_OFFICE, FORM, KEYLANE, WEB_FORMS, Publisher
from payroll import fields
from payroll.fault import FieldError
from schemas import codec
from schemas.events import FormReceived
from schemas.foreign_json import NotJsonError, parse
from services.intake.decide import service
from services.intake.terms import Terms
from services.monitor.contribution import standing_of
from services.monitor.standing import from_bytes
from services.notifier.mails.message import one_address
from stream.decode import decode
from stream.errors import BrakePulled
from stream.identity import reused_id
from stream.record import Record
from stream.store import OutcomeKind

NEWER = "newer versions"
BAD_DATA = [kind for kind in FORM_KINDS if kind not in (NEWER, "good")]


def made(kind: str, seed: int, count: int) -> list[Raw]:
    return WEB_FORMS.made(kind, seed, count)


def assert_each_ended_once(chain: Chain, records: Sequence[Record]) -> None:
    """In the journal under its own id, or under that of a second body; parked ones in the queue; all with reasons."""
    tables = chain.database.tables
    ids = set()
    for item in map(decode, records):
        entry = tables.journal[item.id]
        ids.add(item.id if entry.hash == item.hash else reused_id(item.id, item.hash))
    assert set(tables.journal) == ids
    assert {row.id for row in tables.rows.values()} == {
        entry.id for entry in tables.journal.values() if entry.outcome is OutcomeKind.PARK
    }
    assert all(entry.reason for entry in tables.journal.values() if entry.outcome is not OutcomeKind.EMIT)
    assert not [answer for answer in chain.answers if answer.suspect]


@pytest.mark.parametrize("kind", BAD_DATA)
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
async def test_every_record_of_a_kind_ends_in_one_way_for_a_reason(kind: str, seed: int) -> None:
    chain = Chain(service(Terms()))
    records = chain.write("form-received", made(kind, seed, 12))
    await chain.run()
    assert_each_ended_once(chain, records)


FOREIGN = [(one, kind) for one in (KEYLANE, BACK_OFFICE) for kind in one.kinds]


@pytest.mark.parametrize(("publisher", "kind"), FOREIGN, ids=[f"{one.topic}-{kind}" for one, kind in FOREIGN])
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
async def test_every_record_of_keylane_s_and_of_the_back_office_s_ends_in_one_way_for_a_reason(
    publisher: Publisher, kind: str, seed: int
) -> None:
    chain = await publisher.reader()
    known = set(chain.database.tables.journal)
    records = chain.write(publisher.topic, publisher.made(kind, seed, 12))
    await chain.run()
    for id_ in known:
        del chain.database.tables.journal[id_]
    assert_each_ended_once(chain, records)


@pytest.mark.parametrize(
    ("publisher", "said"),
    [(KEYLANE, {"report": "configured"}), (BACK_OFFICE, {"verdict": "declined", "reason": "Onbekend."})],
    ids=["Keylane", "back office"],
)
async def test_a_good_record_among_all_that_a_publisher_writes_wrongly_is_taken(
    publisher: Publisher, said: dict[str, str]
) -> None:
    chain = await publisher.reader()
    raws = [raw for kind in publisher.kinds if kind != "good" for raw in publisher.made(kind, 3, 4)]
    chain.write(publisher.topic, raws[: len(raws) // 2])
    other = replace(publisher, good=replace(publisher.good, fields={**publisher.good.fields, **said}))
    (good,) = chain.write(publisher.topic, other.made("good", 4, 1))
    chain.write(publisher.topic, raws[len(raws) // 2 :])
    await chain.run()
    assert chain.database.tables.journal[decode(good).id].outcome is OutcomeKind.EMIT


async def test_bad_data_of_all_kinds_pulls_no_brake_and_good_neighbours_are_accepted_or_answered() -> None:
    raws = [raw for kind in BAD_DATA for raw in made(kind, 3, 8)]
    good = made("good", 3, 60)
    mixed = [*raws, *good]
    Random(3).shuffle(mixed)
    chain = Chain(service(Terms()))
    records = chain.write("form-received", mixed)
    await chain.run()
    assert_each_ended_once(chain, records)
    neighbours = [decode(record).id for record in records if (record.key or b"").startswith(b"good-")]
    assert len(neighbours) == len(good)
    assert {chain.database.tables.journal[id_].outcome for id_ in neighbours} == {OutcomeKind.EMIT}


async def test_ids_used_again_with_other_bodies_are_parked_however_often_and_the_first_stands() -> None:
    rng = Random(4)
    raws = [FORM_KINDS["naughty texts"](rng, f"again-{number % 5}", FORM) for number in range(60)]
    chain = Chain(service(Terms()))
    records = chain.write("form-received", raws)
    await chain.run()
    assert_each_ended_once(chain, records)
    outcomes = [entry.outcome for entry in chain.database.tables.journal.values()]
    assert outcomes.count(OutcomeKind.EMIT) == 5
    assert OutcomeKind.PARK in outcomes


def versions(raws: Sequence[Raw]) -> set[int]:
    written = [dict(raw.headers)["ce_dataschema"] or b"" for raw in raws]
    return {int(schema.rpartition(b":")[2]) for schema in written}


def test_garbage_is_of_the_newest_version_and_what_is_newer_is_newer_than_that() -> None:
    assert versions(made("good", 6, 1)) == {FormReceived.version}
    assert min(versions(made(NEWER, 6, 1000))) == FormReceived.version + 1


async def test_newer_versions_stop_the_release_whatever_bad_data_stands_between_them() -> None:
    chain = Chain(service(Terms()))
    raws = [raw for pair in zip(made(NEWER, 5, 40), made("no JSON", 5, 40), strict=True) for raw in pair]
    chain.write("form-received", raws)
    with pytest.raises(BrakePulled):
        await chain.run()


def is_read(value: bytes) -> bool:
    try:
        parse(value)
    except NotJsonError:
        return False
    return True


def test_what_is_no_json_object_is_not_read() -> None:
    assert [value for value in BROKEN if is_read(value)] == []


@each(DOUBTFUL)
def test_what_is_doubtful_json_is_read_so_that_it_can_be_answered(value: bytes) -> None:
    read, _ = parse(value)
    assert isinstance(read, dict)


def is_address(text: str) -> bool:
    try:
        fields.email(text)
    except FieldError:
        return False
    return True


def test_what_only_looks_like_an_address_is_refused() -> None:
    assert [text for text in REFUSED if is_address(text)] == []


@each(ACCEPTED)
def test_what_is_accepted_as_an_address_can_be_mailed(address: str) -> None:
    assert one_address(fields.email(address)) == address


@pytest.mark.long
@pytest.mark.parametrize("kind", FORM_KINDS)
def test_the_live_view_makes_a_standing_of_every_record_that_is_an_event(kind: str) -> None:
    for record in made(kind, 1, 100):
        try:
            decoded = codec.decode("form-received", list(record.headers), record.value)
        except codec.CodecError:
            continue
        standing = standing_of(decoded.event, decoded.envelope.time)
        assert from_bytes(standing.to_bytes()) == standing
