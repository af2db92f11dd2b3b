"""Everybody may do in Kafka what the flow says of them, and nothing else."""

from schemas.access import Permission, permissions
from schemas.flow import FLOW, MONITOR, OPERATORS, SERVICES
from schemas.topics import MONITOR_TABLE, event_topics

FOUND = permissions()


def test_nothing_is_named_twice_and_everybody_of_the_flow_has_something() -> None:
    assert len(set(FOUND)) == len(FOUND)
    assert list(dict.fromkeys(one.principal for one in FOUND)) == [party.name for party in FLOW]


def test_each_stage_reads_what_it_consumes_and_writes_what_it_emits() -> None:
    for party in FLOW:
        if party is not OPERATORS:
            mine = {
                (one.operation, one.name) for one in FOUND if one.principal == party.name and one.resource == "topic"
            }
            own_table = {MONITOR_TABLE} if party is MONITOR else set()
            letters = {"dead-lettered"} if party in SERVICES else set()
            reads = {event.name for event in party.consumes} | own_table
            writes = {event.name for event in party.emits} | own_table | letters
            assert mine == {("Read", name) for name in reads} | {("Write", name) for name in writes}


def test_who_consumes_does_so_in_a_group_of_its_own_name() -> None:
    groups = {(one.principal, one.name) for one in FOUND if (one.operation, one.resource) == ("Read", "group")}
    assert groups == {(party.name, party.name) for party in FLOW if party.consumes}


def test_operators_read_everything_and_say_only_what_people_say() -> None:
    mine = [one for one in FOUND if one.principal == "operators"]
    assert {one.name for one in mine if one.operation == "Read"} == {topic.name for topic in event_topics()}
    assert {one.name for one in mine if one.operation == "Write"} == {"operator-acted", "processor-reviewed"}
    assert {one.name for one in mine if one.operation == "Describe"} == {
        *(party.name for party in SERVICES),
        "keylane",
    }


def test_no_web_form_can_read_what_others_sent() -> None:
    mine = [one for one in FOUND if one.principal == "web-forms"]
    assert mine == [Permission("web-forms", "Write", "topic", "form-received")]
