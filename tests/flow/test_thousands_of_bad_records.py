"""Bad input by the thousand among good forms, on the real Kafka and Postgres, and the brake that tells them apart."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from random import Random
from uuid import UUID

from forms import loket_form
from onboarding import Onboarding, Raw, form_record

from faults.fuzz.garbage import FORM_KINDS, Good
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from sandbox.waiting import until
from schemas.events import FormReceived
from schemas.flow import LANES, SERVICE_NAMES
from stream.decode import decode
from stream.lane import lane_of
from stream.record import Record

NEWER = "newer versions"
KINDS = [kind for kind in FORM_KINDS if kind not in (NEWER, "good")]
OF_EACH_KIND = 100
GOOD = 40


def made(kind: str, count: int, seed: int = 1) -> list[Raw]:
    rng = Random(seed)
    make, good = FORM_KINDS[kind], Good(FormReceived, loket_form(78_000))
    records = [make(rng, f"flood-{kind}-{n}".replace(" ", "-"), good) for n in range(count)]
    return [Raw(r.key, r.value, list(r.headers), rng.randrange(LANES)) for r in records]  # type: ignore[arg-type]


async def ids_at(onboarding: Onboarding, places: Collection[tuple[int, int]]) -> set[UUID]:
    """The ids under which intake records what stands at these places of the form topic."""
    found = [r for r in await onboarding.records("form-received") if (r.partition, r.offset) in places]
    assert len(found) == len(places)
    return {decode(Record(r.topic, r.partition, r.offset, r.key, r.value, r.headers)).id for r in found}


async def journaled(onboarding: Onboarding, ids: Sequence[UUID]) -> dict[UUID, tuple[str, str | None]]:
    rows = await onboarding.query("select id, outcome, reason from intake.journal where id = any($1)", ids)
    return {row["id"]: (row["outcome"], row["reason"]) for row in rows}


async def test_thousands_of_bad_records_end_each_in_one_way_and_their_good_neighbours_are_mailed(
    onboarding: Onboarding,
) -> None:
    forms = {f"flood-good-{n}": loket_form(79_000 + n) for n in range(GOOD)}
    await onboarding.load_policies(list(forms.values()))
    good = [form_record(submission, form) for submission, form in forms.items()]
    mixed = [record for kind in KINDS for record in made(kind, OF_EACH_KIND)]
    mixed += [replace(record, partition=lane_of((record.key or b"").decode(), LANES)) for record in good]
    Random(1).shuffle(mixed)
    before = onboarding.sandbox.endpoints().processes
    brakes = await onboarding.query("select from intake.brake")
    places = set(await onboarding.publish(mixed))

    registrations = [(record.key or b"").decode() for record in good]
    assert await onboarding.confirmations(registrations) == [1] * GOOD

    ids = list(await ids_at(onboarding, places))

    async def ask() -> dict[UUID, tuple[str, str | None]] | None:
        ended = await journaled(onboarding, ids)
        return ended if len(ended) == len(ids) else None

    ended = await until(ask, deadline_s=60, missing="a record has no end")
    assert all(reason for outcome, reason in ended.values() if outcome != "emit")
    assert onboarding.sandbox.endpoints().processes == before
    assert len(await onboarding.query("select from intake.brake")) == len(brakes)


async def test_a_release_that_can_not_read_what_comes_stays_stopped_over_restarts_and_loses_nothing() -> None:
    with throwaway_sandbox(SandboxSettings(without=tuple({*SERVICE_NAMES} - {"intake"}))) as running:
        alone = Onboarding(running)
        await alone.publish([replace(record, partition=3) for record in made(NEWER, 12)])

        async def ask() -> bool:
            log = running.state.log("intake").read_text()
            return log.count("BrakePulled") >= 3

        await until(ask, deadline_s=120, missing="intake does not stop again and again")
        pulled = await alone.query("select reason, released_at from intake.brake")
        assert [row["released_at"] for row in pulled] == [None]
        assert await alone.query("select from intake.journal where outcome <> 'park'") == []
        assert len(await alone.query("select from intake.journal")) < 10
