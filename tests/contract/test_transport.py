"""What the worker believes of Kafka, believed of the real one and of the one in memory alike."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from clusters import LANES, Cluster, until

from stream.busy_topics import LEFT_ALONE_S_MAX, SILENT_S
from stream.errors import Fenced, PublishRefused, StateWentBack, TopicsUnfit, TransportUnavailable
from stream.record import Message, Record, TopicLane
from stream.transport import Transport

ALL = frozenset(range(LANES))


def message(place: TopicLane, value: str, revision: int = 1) -> Message:
    return Message(place.topic, place.lane, "a key", revision, (("ce_id", b"1"), ("ce_type", b"\xff")), value.encode())


async def joined(cluster: Cluster, *, lanes: frozenset[int] = ALL) -> Transport:
    """A member that holds these lanes, and begins at the first offset of each."""
    member = cluster.member()
    await member.start()
    await holding(member, lanes)
    rewind(member, cluster)
    return member


async def beside(first: Transport, cluster: Cluster) -> Transport:
    """Another member, that has some of the first one's lanes by now."""
    second = cluster.member()
    await second.start()
    await until(first, lambda: len(second.assignment().lanes) > 0)
    await holding(first, ALL - second.assignment().lanes)
    return second


async def holding(member: Transport, lanes: frozenset[int]) -> None:
    async with asyncio.timeout(15):
        while member.assignment().lanes != lanes:
            # Without a position there is nothing to receive; the group's protocol goes on meanwhile.
            await member.committed(lanes)


def rewind(member: Transport, cluster: Cluster) -> None:
    member.seek({TopicLane(topic, lane): 0 for topic in cluster.topics for lane in member.assignment().lanes})


async def received(member: Transport, count: int, *, most: int = 500, wait_s: float = 1.0) -> list[Record]:
    records: list[Record] = []
    async with asyncio.timeout(15):
        while len(records) < count:
            records += await member.receive(most, wait_s)
    return records


def values(records: Sequence[Record]) -> list[str]:
    return [(record.value or b"").decode() for record in records]


async def test_what_is_acknowledged_can_be_read_in_order_with_its_key_and_headers(cluster: Cluster) -> None:
    member = await joined(cluster)
    first, second = (TopicLane(topic, 1) for topic in cluster.topics)
    said = [message(first, "a"), message(second, "x"), message(first, "b"), message(second, "y")]

    await member.publish(said)
    records = await received(member, 4)

    by_topic = {place.topic: [r for r in records if r.topic == place.topic] for place in (first, second)}
    assert {topic: values(found) for topic, found in by_topic.items()} == {
        first.topic: ["a", "b"],
        second.topic: ["x", "y"],
    }
    assert [record.offset for record in by_topic[first.topic]] == [0, 1]
    assert records[0].key == b"a key"
    assert records[0].headers == (("ce_id", b"1"), ("ce_type", b"\xff"))
    assert records[0].partition == 1


async def test_a_foreign_record_comes_as_it_was_written(cluster: Cluster) -> None:
    member = await joined(cluster)
    place = TopicLane(cluster.topics[0], 2)
    headers = (("twice", b"1"), ("twice", None), ("", b"\x00"))

    await cluster.write(place, None, None, headers)
    (record,) = await received(member, 1)

    assert record == Record(place.topic, 2, 0, None, None, headers)


async def test_many_messages_of_one_partition_keep_their_order_through_several_batches(cluster: Cluster) -> None:
    member = await joined(cluster)
    place = TopicLane(cluster.topics[0], 0)
    said = [f"{number:03}" + "." * 100_000 for number in range(12)]

    await member.publish([message(place, text) for text in said])

    assert values(await received(member, 12)) == said


async def test_a_message_that_the_broker_does_not_take_ends_the_member_and_the_next_one_goes_on(
    cluster: Cluster,
) -> None:
    member = await joined(cluster)
    place = TopicLane(cluster.topics[0], 0)
    await member.publish([message(place, "before")])
    with pytest.raises(PublishRefused):
        await member.publish([message(place, "." * 1_100_000)])
    await member.close()

    successor = await joined(cluster)
    await successor.publish([message(place, "after")])
    assert values(await received(successor, 2)) == ["before", "after"]


async def test_an_offset_is_none_until_it_is_committed(cluster: Cluster) -> None:
    member = await joined(cluster)
    first, second = (TopicLane(topic, 3) for topic in cluster.topics)
    assert await member.committed(frozenset({3})) == {first: None, second: None}

    await member.commit({first: 0}, member.assignment().generation)

    assert await member.committed(frozenset({3})) == {first: 0, second: None}


async def test_a_new_holder_can_go_on_where_the_group_committed(cluster: Cluster) -> None:
    member = await joined(cluster)
    place = TopicLane(cluster.topics[0], 0)
    await member.publish([message(place, text) for text in ("a", "b", "c")])
    await received(member, 3)
    await member.commit({place: 2}, member.assignment().generation)
    await member.close()

    successor = await joined(cluster)

    assert (await successor.committed(ALL))[place] == 2
    successor.seek({place: 2})
    assert values(await received(successor, 1)) == ["c"]


async def test_the_first_offset_is_told(cluster: Cluster) -> None:
    member = await joined(cluster)
    places = [TopicLane(topic, 0) for topic in cluster.topics]
    await member.publish([message(places[0], "a")])
    assert await member.beginnings(places) == dict.fromkeys(places, 0)


async def test_seeking_moves_one_place_back_and_forth_and_leaves_the_others(cluster: Cluster) -> None:
    member = await joined(cluster)
    first, second = (TopicLane(topic, 0) for topic in cluster.topics)
    await member.publish([message(first, text) for text in ("a", "b", "c")] + [message(second, "x")])
    await received(member, 4)

    member.seek({first: 1})
    assert values(await received(member, 2)) == ["b", "c"]
    member.seek({first: 2, TopicLane(cluster.topics[0], 99): 5})
    assert values(await received(member, 1)) == ["c"]


async def test_only_the_places_asked_for_are_received_and_the_others_lose_nothing(cluster: Cluster) -> None:
    member = await joined(cluster)
    first, second = (TopicLane(topic, 0) for topic in cluster.topics)
    await member.publish([message(first, "a"), message(second, "x")])

    async with asyncio.timeout(15):
        while not (asked := await member.receive(500, 1.0, [second])):
            pass
    assert values(asked) == ["x"]
    assert await member.receive(500, 0.05, [second]) == []
    assert values(await received(member, 1)) == ["a"]


async def test_no_more_than_the_maximum_is_received_and_the_rest_comes_next(cluster: Cluster) -> None:
    member = await joined(cluster)
    place = TopicLane(cluster.topics[0], 0)
    await member.publish([message(place, str(number)) for number in range(5)])

    first = await received(member, 1, most=2)
    assert len(first) <= 2
    assert values(first + await received(member, 5 - len(first), most=2)) == list("01234")


async def test_a_position_outside_the_log_is_told_loudly(cluster: Cluster) -> None:
    member = await joined(cluster)
    member.seek({TopicLane(cluster.topics[0], 0): 7})
    with pytest.raises(StateWentBack):
        await received(member, 1)


async def test_without_a_position_nothing_is_guessed(cluster: Cluster) -> None:
    member = cluster.member()
    await member.start()
    await holding(member, ALL)
    with pytest.raises(TransportUnavailable):
        await received(member, 1)


async def test_members_share_the_lanes_each_with_all_its_topics(cluster: Cluster) -> None:
    first = await joined(cluster)
    generation = first.assignment().generation
    second = cluster.member()
    await second.start()

    await until(first, lambda: len(first.assignment().lanes) == LANES // 2 == len(second.assignment().lanes))

    assert first.assignment().lanes | second.assignment().lanes == ALL
    assert first.assignment().generation > generation
    rewind(second, cluster)
    lane = min(second.assignment().lanes)
    await second.publish([message(TopicLane(topic, lane), topic) for topic in cluster.topics])
    assert sorted(values(await received(second, 2))) == sorted(cluster.topics)


async def test_a_member_that_reads_a_topic_more_than_another_goes_on_with_its_lanes(cluster: Cluster) -> None:
    before = cluster.member(topics=cluster.topics[:1])
    await before.start()
    await holding(before, ALL)
    before.seek({TopicLane(cluster.topics[0], lane): 0 for lane in ALL})
    member = cluster.member()
    await member.start()
    await until(before, lambda: len(before.assignment().lanes) == LANES // 2 == len(member.assignment().lanes))

    rewind(member, cluster)
    lane = min(member.assignment().lanes)
    await member.publish([message(TopicLane(topic, lane), topic) for topic in cluster.topics])
    assert sorted(values(await received(member, 2))) == sorted(cluster.topics)
    await before.close()
    await holding(member, ALL)


async def test_a_commit_from_before_a_rebalance_is_fenced(cluster: Cluster) -> None:
    first = await joined(cluster)
    place = TopicLane(cluster.topics[0], 0)
    await first.publish([message(place, "a")])
    before = first.assignment().generation
    second = await beside(first, cluster)

    with pytest.raises(Fenced):
        await first.commit({place: 1}, before)
    assert (await second.committed(ALL))[place] is None


async def test_a_lane_of_somebody_else_can_not_be_committed(cluster: Cluster) -> None:
    first = await joined(cluster)
    second = await beside(first, cluster)
    foreign = TopicLane(cluster.topics[0], min(second.assignment().lanes))

    with pytest.raises(Fenced):
        await first.commit({foreign: 0}, first.assignment().generation)


async def test_the_lanes_of_a_member_that_leaves_go_to_those_who_stay(cluster: Cluster) -> None:
    first = await joined(cluster)
    second = await beside(first, cluster)

    await second.close()

    await holding(first, ALL)


async def test_the_lag_counts_what_lies_beyond_the_position(cluster: Cluster) -> None:
    member = await joined(cluster)
    place = TopicLane(cluster.topics[0], 0)
    await member.publish([message(place, text) for text in ("a", "b", "c")])
    member.seek({place: 1})
    assert await member.lag() == 2


async def test_the_lag_that_fetches_tell_of_is_seen_without_asking(cluster: Cluster) -> None:
    member = await joined(cluster)
    place, silent = TopicLane(cluster.topics[0], 1), TopicLane(cluster.topics[1], 2)
    await member.publish([message(place, text) for text in ("a", "b", "c")])
    await received(member, 1, most=1)

    async def seen(lag: int) -> None:
        async with asyncio.timeout(15):
            while member.seen_lag() != {place.topic: lag, silent.topic: 0}:
                await member.receive(1, 0.05, [silent])

    await seen(2)
    await received(member, 2)
    await seen(0)


async def test_a_topic_that_is_missing_is_found_at_the_start(cluster: Cluster) -> None:
    with pytest.raises(TopicsUnfit):
        await cluster.member(topics=(*cluster.topics, f"{cluster.topics[0]}-that-is-missing")).start()


async def test_a_member_that_left_says_so(cluster: Cluster) -> None:
    member = await joined(cluster)
    await member.close()
    with pytest.raises(TransportUnavailable):
        await member.publish([message(TopicLane(cluster.topics[0], 0), "late")])


async def test_a_topic_that_was_silent_for_long_is_heard_beside_one_that_is_busy(cluster: Cluster) -> None:
    member = await joined(cluster)
    busy, silent = (TopicLane(topic, 1) for topic in cluster.topics)
    heard: list[str] = []

    async def keep_busy(until_s: float) -> None:
        while cluster.wait_s and time.monotonic() < until_s:
            await member.publish([message(busy, "busy")])
            heard.extend(values(await member.receive(500, 1.0)))

    await keep_busy(time.monotonic() + SILENT_S + 2 * LEFT_ALONE_S_MAX)
    await member.publish([message(silent, "at last")])
    async with asyncio.timeout(cluster.wait_s + 1):
        while "at last" not in heard:
            await member.publish([message(busy, "busy")])
            heard.extend(values(await member.receive(500, 1.0)))
