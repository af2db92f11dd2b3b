"""The flow: one producer each, everybody's topic, and the picture that the README shows."""

from pathlib import Path

import pytest

from schemas.codec import value_bytes_max
from schemas.envelope import HEADER_BYTES_MAX, HEADERS_MAX
from schemas.flow import FLOW, SERVICES, diagram
from schemas.flow_diagram import FLOW_DIAGRAM
from schemas.marked_part import NoMarkersError
from schemas.topics import BATCH_BYTES_MAX, all_topics, event_topics
from schemas.versions import VERSIONS
from stream.emission import MESSAGE_BYTES_MAX


def test_every_event_but_dead_letters_has_one_producer() -> None:
    assert {topic.name: len(topic.producers) for topic in event_topics() if topic.name != "dead-lettered"} == {
        event.name: 1 for event in VERSIONS if event.name != "dead-lettered"
    }


def test_whatever_is_consumed_is_produced() -> None:
    produced = {event.name for party in FLOW for event in party.emits}
    assert {event.name for party in FLOW for event in party.consumes} <= produced | {"dead-lettered"}


def test_every_stage_writes_the_newest_version() -> None:
    newest = {event.name: event for event in VERSIONS}
    assert {event for party in FLOW for event in party.emits} <= set(newest.values())


def test_versions_count_from_one_without_a_gap_and_each_but_the_newest_has_an_upcast() -> None:
    by_name: dict[str, list[int]] = {}
    for event in VERSIONS:
        by_name.setdefault(event.name, []).append(event.version)
    assert all(versions == list(range(1, len(versions) + 1)) for versions in by_name.values())
    for event in VERSIONS:
        assert ("upcast" in vars(event)) == (event.version < len(by_name[event.name]))


def test_no_topic_takes_a_batch_that_inflates() -> None:
    assert {topic.settings["compression.type"] for topic in event_topics()} == {"uncompressed"}


def test_every_topic_takes_whatever_is_read_from_it() -> None:
    headers_bytes_max = HEADERS_MAX * HEADER_BYTES_MAX
    for topic in event_topics():
        assert topic.settings["max.message.bytes"] == str(BATCH_BYTES_MAX)
        assert value_bytes_max(topic.name) + headers_bytes_max < BATCH_BYTES_MAX


def test_whatever_a_service_may_say_is_read() -> None:
    assert min(value_bytes_max(event.name) for party in SERVICES for event in party.emits) >= MESSAGE_BYTES_MAX


def test_a_batch_fits_into_a_segment_of_a_table() -> None:
    (table,) = (topic for topic in all_topics() if topic.retention_ms is None)
    assert int(table.settings["segment.bytes"]) > int(table.settings["max.message.bytes"])


def test_forms_are_forgotten_sooner_than_anything_else() -> None:
    retention = {topic.name: int(topic.settings["retention.ms"]) for topic in event_topics()}
    assert all(retention["form-received"] < kept for name, kept in retention.items() if name != "form-received")


def test_the_diagram_shows_every_stage() -> None:
    assert all(party.name in diagram() for party in FLOW)


def test_the_readme_shows_the_flow_as_it_is() -> None:
    assert FLOW_DIAGRAM.main(["--check", str(Path(__file__).parents[3] / "README.md")]) == 0


def test_the_picture_is_written_between_its_markers_and_nowhere_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- flow -->\nold\n<!-- /flow -->\nafter\n")
    assert FLOW_DIAGRAM.main(["--check", str(readme)]) == 1
    assert FLOW_DIAGRAM.main(["--write", str(readme)]) == 0
    assert FLOW_DIAGRAM.main(["--check", str(readme)]) == 0
    text = readme.read_text()
    assert text == f"before\n<!-- flow -->\n```mermaid\n{diagram()}\n```\n<!-- /flow -->\nafter\n"


@pytest.mark.parametrize("text", ["", "<!-- flow -->", "<!-- /flow --><!-- flow -->"])
def test_a_text_without_markers_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(NoMarkersError):
        FLOW_DIAGRAM.put_into(text)
    (tmp_path / "README.md").write_text(text)
    assert FLOW_DIAGRAM.main(["--check", str(tmp_path / "README.md")]) == 1
    assert FLOW_DIAGRAM.main(["--write", str(tmp_path / "absent.md")]) == 1
