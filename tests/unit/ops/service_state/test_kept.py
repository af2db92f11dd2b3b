"""Operators hear until when what waits for a service that stands still is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import TopicPartition

from ops.commands.pause import consequences
from ops.commands.services import KEPT_S_MIN, service_lines
from ops.servers.kafka_reading import Span
from ops.service_state.backlog import removed_unread
from ops.service_state.kept import kept_until
from ops.service_state.state import ServiceState
from schemas.flow import ENRICHMENT, INTAKE, NOTIFIER, SERVICE_NAMES

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def state(kept_s: int | None) -> ServiceState:
    return ServiceState(
        service=INTAKE.name,
        workers=1,
        releases=("0.1.0",),
        strangers=(),
        paused=None,
        stopped=(),
        lag_records=0 if kept_s is None else 5,
        lag_s=0 if kept_s is None else 60,
        lag_kept_s=kept_s,
        removed_records=0,
        journal_rows=1,
        journal_bytes=1,
        queue_rows=0,
        queue_bytes=0,
        queue_late_s=0,
        parked_rows=0,
        unsent_mails=0,
        unsent_s=0,
        uncertain_mails=0,
        failed_mails=0,
        failed_s=0,
        unread=None,
    )


def test_forms_are_kept_for_a_week_and_what_other_services_wait_for_longer() -> None:
    assert kept_until(INTAKE.name, NOW) == NOW + timedelta(days=7)
    assert kept_until(ENRICHMENT.name, NOW) == NOW + timedelta(days=400)


@pytest.mark.parametrize("service", SERVICE_NAMES)
def test_who_pauses_a_service_is_told_until_when_what_comes_is_kept(service: str) -> None:
    said = consequences(service, NOW)
    assert f"kept until {kept_until(service, NOW):%Y-%m-%d}" in said
    assert ("no mail goes out" in said) == (service == NOTIFIER.name)


@pytest.mark.parametrize(
    ("kept_s", "warned"), [(None, False), (KEPT_S_MIN, False), (KEPT_S_MIN - 1, True), (7_200, True), (0, True)]
)
def test_a_record_that_its_topic_is_about_to_forget_is_warned_of(kept_s: int | None, *, warned: bool) -> None:
    told = " ".join(line.strip() for line in service_lines(state(kept_s)))
    assert ("removed unread in" in told) == warned
    assert ("removed unread in 2 h" in told) == (kept_s == 7_200)


def test_what_was_removed_unread_is_told_although_nothing_waits_any_more() -> None:
    read = {("link-realised", 0): 31, ("link-realised", 1): 37, ("link-realised", 2): 38, ("read-once", 0): 5}
    spans = {TopicPartition(*place): Span(37, 37) for place in read}
    assert removed_unread(read, {"link-realised"}, spans) == 6
    told = " ".join(service_lines(state(None).model_copy(update={"removed_records": 6})))
    assert "6 records were removed unread: StateWentBack" in told
    assert "removed unread" not in " ".join(service_lines(state(None)))


def test_one_of_something_is_told_as_one() -> None:
    one = state(KEPT_S_MIN).model_copy(update={"lag_records": 1, "queue_rows": 1, "unsent_mails": 1})
    told = " ".join(" ".join(service_lines(one)).split())
    for said in ("1 worker (0.1.0), 1 record behind", "journal about 1 row,", "queue 1 row,", "1 mail not sent yet"):
        assert said in told


def test_who_else_is_in_the_group_and_which_releases_run_is_told() -> None:
    stranger = "console-consumer at 10.0.0.9"
    mixed = state(None).model_copy(update={"workers": 2, "releases": ("0.1.0", "0.2.0"), "strangers": (stranger,)})
    told = " ".join(" ".join(service_lines(mixed)).split())
    assert "intake: 2 workers (0.1.0, 0.2.0), keeps up" in told
    assert f"a stranger holds a place in its group: {stranger}" in told
    assert "stranger" not in " ".join(service_lines(state(None)))
