from datetime import UTC, datetime

from benchmarks.live_view.story import EVENTS, Story
from schemas import codec
from schemas.flow import MONITOR
from services.monitor.contribution import standing_of
from services.monitor.stage import Stage
from services.monitor.standing import join

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def test_a_story_is_of_one_registration_that_is_realised_in_the_end() -> None:
    records = list(Story().of(7, NOW))
    told = [codec.decode(topic, one["headers"], one["value"]) for topic, _, one in records]
    place = join([standing_of(one.event, one.envelope.time) for one in told]).place
    assert place is not None
    assert place.stage is Stage.REALISED
    assert {one.envelope.subject.encode() for one in told} == {one["key"] for _, _, one in records}
    assert {topic for topic, _, _ in records} <= {event.name for event in MONITOR.consumes}
    assert len({one.envelope.id for one in told}) == len(records) == EVENTS


def test_no_two_stories_are_of_the_same_registration() -> None:
    story = Story()
    assert len({next(story.of(number, NOW))[2]["key"] for number in range(100)}) == 100
