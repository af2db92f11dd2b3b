"""What is parked for the same cause is one group, and what an operator sees of an event is nobody's data."""

import json
from collections.abc import Sequence
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from remembered import NOW, parked

from ops.cli import main
from ops.parked.filter import EVERYTHING
from ops.parked.groups import parked_groups
from ops.parked.masked import lines_of, masked, masked_cause, of_a_form, of_ours
from ops.parked.retry_and_discard import RETRIES_MAX, stop_loops
from schemas.codec import decode
from schemas.events import FormReceived, ProcessorReviewed
from schemas.example import examples
from schemas.ids import RegistrationId
from schemas.parked_cause import cause_of, normalised
from stream.document import DocumentKey
from stream.errors import Defective
from stream.service import Done, HandedOver, Told

TRACE = """  File "/opt/app/stream/fold.py", line 178, in _decide
    outcome = self._outcome(item, main)
  File "/opt/app/services/provisioning/decide.py", line {line}, in _request
    raise KeyError
  File "/usr/lib/python3.11/site-packages/services/thing.py", line 1, in deep
    raise KeyError
message {mark}
"""


def trace(line: int = 41, mark: str = "0badcafe") -> str:
    return TRACE.format(line=line, mark=mark)


def test_the_cause_is_our_own_top_frame_whatever_its_line() -> None:
    found = cause_of("provisioning", "DEFECT_KeyError", trace(41))
    assert found.text == "services/provisioning/decide.py, _request"
    assert cause_of("provisioning", "DEFECT_KeyError", trace(42)) == found


def test_another_service_reason_or_message_is_another_cause() -> None:
    groups = {
        cause_of("provisioning", "DEFECT_KeyError", trace()).group,
        cause_of("enrichment", "DEFECT_KeyError", trace()).group,
        cause_of("provisioning", "DEFECT_ValueError", trace()).group,
        cause_of("provisioning", "DEFECT_KeyError", trace(mark="00000000")).group,
        cause_of("provisioning", "NOT_JSON", None).group,
    }
    assert len(groups) == 5


class Marks:
    """A database in which provisioning has parked for these reasons and traces."""

    def __init__(self, *marks: dict[str, Any]) -> None:
        self.marks = marks

    async def fetch(self, _query: str, *asked: object) -> Sequence[dict[str, Any]]:
        return self.marks if asked[-1] == "provisioning" else ()


def mark(line: int, waiting_for_human: int) -> dict[str, Any]:
    times = {"first": NOW, "last": NOW, "attempts_max": line, "releases": [f"release {line}"]}
    counts = {"count": 3, "waiting_for_human": waiting_for_human, "returned": 1}
    return {"reason": "DEFECT_KeyError", "trace": trace(line), **times, **counts}


@pytest.mark.parametrize("waiting", [(0, 2), (2, 0), (0, 0)])
async def test_two_releases_with_one_defect_are_one_group_that_needs_a_human_if_either_does(
    waiting: tuple[int, int],
) -> None:
    marks: Any = Marks(*[mark(line, count) for line, count in enumerate(waiting, 41)])
    (group,) = await parked_groups(marks, EVERYTHING)
    assert (group.count, group.returned, group.attempts_max, len(group.releases)) == (6, 2, 42, 2)
    assert group.waiting_for_human == sum(waiting)
    assert group.advice.startswith("a defect in this release") is (sum(waiting) > 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [("no row 17 for jan@x.example", "no row 4 for eva@y.example"), ("field 'Jan' is bad", "field 'Eva' is bad")],
)
def test_what_differs_from_record_to_record_makes_no_other_message(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)
    marks = [Defective(ValueError(message)).trace for message in (one, other, "something else")]
    assert marks[0] == marks[1] != marks[2]
    assert not any("Jan" in str(mark) or "jan@" in str(mark) for mark in marks)


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise ValueError


def test_an_error_that_cannot_be_asked_for_its_text_has_a_mark_all_the_same() -> None:
    assert "message " in str(Defective(Unspeakable(object())).trace)


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [found for inner in value.values() for found in strings(inner)]
    if isinstance(value, list):
        return [found for inner in value for found in strings(inner)]
    return [value] if isinstance(value, str) else []


def test_nothing_that_anybody_typed_is_shown_of_an_event() -> None:
    for example in examples():
        if example.good:
            event = decode(example.event.name, example.headers, example.value).event
            shown = json.dumps(masked_cause(event))
            # In events of ours a `code` is that of a fault or a finding.
            also = ("code",) if isinstance(event, FormReceived) else ()
            typed = _personal(json.loads(event.model_dump_json()), also=also)
            assert [personal for personal in typed if personal in shown] == [], example.name


CODE = "7KQ2M-X4T9B"
REFERENCE = "8T1T05FR722"


def form(**fields: object) -> FormReceived:
    return FormReceived.model_validate({"submission_id": "s-1", "form": fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "correction", "reference": REFERENCE, "code": CODE},
        {"kind": "self_managed", "supersedes": {"reference": REFERENCE, "code": CODE}},
    ],
)
def test_the_code_that_opens_a_registration_is_not_shown_of_a_form(fields: dict[str, object]) -> None:
    sent = form(**fields)
    for cause in (sent, HandedOver(sent, RegistrationId("b2c7"))):
        shown = json.dumps(masked_cause(cause))
        assert (CODE in shown, REFERENCE in shown, "(11 characters)" in shown) == (False, True, True)


@pytest.mark.parametrize("field", ["number", "reference", "kind", "package", "frequency", "on", "key", "reason"])
@pytest.mark.parametrize("typed", ["123456782", 123456782, "Jansen"])
def test_what_was_typed_is_not_shown_under_whatever_name(field: str, typed: object) -> None:
    sent = form(
        kind="self_managed", dgas=[{field: typed, "bsn123456782": ""}], **({} if field == "kind" else {field: typed})
    )
    shown = json.dumps(masked_cause(sent))
    assert str(typed) not in shown
    assert "123456782" not in shown


def test_which_form_it_is_is_shown() -> None:
    sent = form(kind="self_managed", package="loket", frequency="month", company_name="Bakkerij")
    assert lines_of(masked_cause(sent)) == [
        "submission_id: s-1",
        "form.kind: self_managed",
        "form.package: loket",
        "form.frequency: month",
        "form.company_name: (8 characters)",
    ]


def test_a_reason_of_one_word_is_what_somebody_typed() -> None:
    reviewed = {"email": "a@b.example", "company_name": None, "verdict": "declined", "reviewed_at": NOW}
    assert "Jansen" not in json.dumps(masked_cause(ProcessorReviewed.model_validate(reviewed | {"reason": "Jansen"})))


@pytest.mark.parametrize("told", ["processor-moved:abc:jansen@kantoor.example", "numbers:1:A0201234:123456782L01"])
def test_of_what_an_operator_told_a_registration_only_the_kind_is_shown(told: str) -> None:
    shown = lines_of(masked_cause(Told(DocumentKey("registration", "b2c7"), told)))
    assert shown == ["kind: registration", "key: b2c7", f"told: {told.partition(':')[0]}"]


def test_a_sent_mail_that_could_not_be_said_is_shown_by_kind_and_occasion() -> None:
    shown = masked_cause(Done("link-realised", "connection 1", "applicant", 0, NOW))
    assert lines_of(shown)[:2] == ["kind: link-realised", "occasion: connection 1"]


def _personal(value: object, name: str = "", *, also: tuple[str, ...] = ()) -> list[str]:
    if isinstance(value, dict):
        return [found for inner_name, inner in value.items() for found in _personal(inner, inner_name, also=also)]
    if isinstance(value, list):
        return [found for inner in value for found in _personal(inner, name, also=also)]
    words = ("name", "email", "loonheffing", "raamwerk", "password", "secret", "personnel", "user", *also)
    return [value] if isinstance(value, str) and len(value) > 3 and any(word in name for word in words) else []


@given(
    st.dictionaries(
        st.text(max_size=9), st.text() | st.integers() | st.lists(st.text() | st.none(), max_size=3), max_size=4
    )
)
def test_any_value_can_be_masked(value: object) -> None:
    for shows in (of_ours, of_a_form):
        json.dumps(masked(value, shows))  # type: ignore[arg-type]


def test_a_record_that_came_back_too_often_is_left_out_and_alone_refused(capsys: pytest.CaptureFixture[str]) -> None:
    again = parked().model_copy(update={"retried": RETRIES_MAX})
    assert stop_loops([parked(), again]) == [parked()]
    assert "1 of 2 came back" in capsys.readouterr().err
    with pytest.raises(click.ClickException, match="--once-more"):
        stop_loops([again])


@pytest.mark.parametrize("words", [["--because", " "], ["--group", ""], ["--since", "noon"], ["--package", "abacus"]])
def test_an_empty_or_impossible_filter_is_wrong_usage(words: list[str]) -> None:
    assert CliRunner().invoke(main, ["parked", "retry", *words]).exit_code == 2


def test_bytes_are_not_shown_without_a_reason() -> None:
    result = CliRunner().invoke(main, ["parked", "show", str(parked().id), "--raw"], env={"KOPPELING_ADMIN_URL": "x"})
    assert result.exit_code == 2
    assert "--raw shows personal data: it needs --reason" in " ".join(result.stderr.split())
