from collections import Counter
from collections.abc import Mapping
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.outcome import LedgerRow, Link, Outcome, judge

LINKS = tuple(Link("registration", f"code {number}") for number in range(6))


def row(number: int, *, link: int | None = None, uncertain: bool = False) -> LedgerRow:
    return LedgerRow(UUID(int=number), LINKS[number if link is None else link], uncertain)


def mailed(counts: Mapping[int, int]) -> dict[UUID, int]:
    return {UUID(int=number): count for number, count in counts.items()}


def test_one_confirmation_for_each_expected_connection_is_good() -> None:
    outcome = judge(LINKS[:2], LINKS[:2], [row(0), row(1)], mailed({0: 1, 1: 1}))
    assert outcome.good
    assert str(outcome) == "2 of 2 realised, 2 mails, 0 lost, 0 double"


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (
            judge(LINKS[:2], LINKS[:2], [row(0), row(1)], mailed({0: 1})),
            "2 of 2 realised, 1 mails, 1 lost, 0 double",
        ),
        (
            judge(LINKS[:2], LINKS[:2], [row(0), row(1)], mailed({0: 2, 1: 1})),
            "2 of 2 realised, 3 mails, 0 lost, 1 double",
        ),
        (
            judge(LINKS[:1], LINKS[:1], [row(0), row(1, link=0)], mailed({0: 1, 1: 1})),
            "1 of 1 realised, 2 mails, 0 lost, 1 double",
        ),
        (
            judge(LINKS[:2], LINKS[:1], [row(0)], mailed({0: 1})),
            "1 of 2 realised, 1 mails, 1 lost, 0 double",
        ),
        (
            judge(LINKS[:2], LINKS[:2], [row(0), row(1, uncertain=True)], mailed({0: 1})),
            "2 of 2 realised, 1 mails, 0 lost, 0 double, 1 uncertain",
        ),
        (
            judge(LINKS[:1], LINKS[:1], [row(0), row(1)], mailed({0: 1, 1: 1})),
            "1 of 1 realised, 2 mails, 0 lost, 0 double, 1 unfounded",
        ),
        (
            judge(LINKS[:1], LINKS[:2], [row(0), row(1)], mailed({0: 1, 1: 1})),
            "2 of 1 realised, 2 mails, 0 lost, 0 double",
        ),
    ],
    ids=["lost", "sent twice", "planned twice", "not realised", "uncertain", "unfounded", "nobody expected it"],
)
def test_whatever_is_off_is_counted_and_not_good(outcome: Outcome, said: str) -> None:
    assert str(outcome) == said
    assert not outcome.good


def test_an_uncertain_mail_that_did_arrive_is_a_confirmation() -> None:
    outcome = judge(LINKS[:1], LINKS[:1], [row(0, uncertain=True)], mailed({0: 1}))
    assert outcome.good


@given(
    st.sets(st.sampled_from(LINKS)),
    st.sets(st.sampled_from(LINKS)),
    st.lists(st.tuples(st.sampled_from(range(len(LINKS))), st.integers(0, 3), st.booleans()), max_size=8),
)
def test_an_outcome_is_good_exactly_when_mailbox_and_database_agree_with_what_was_expected(
    expected: set[Link], realised: set[Link], planned: list[tuple[int, int, bool]]
) -> None:
    rows = [row(number, link=link, uncertain=unsure) for number, (link, _, unsure) in enumerate(planned)]
    counts = {number: count for number, (_, count, _) in enumerate(planned)}
    confirmed = Counter({one.link: 0 for one in rows})
    for one in rows:
        confirmed[one.link] += counts[one.id.int]
    sure = not any(one.uncertain and not counts[one.id.int] for one in rows)
    agrees = expected == realised == {link for link, count in confirmed.items() if count}
    once = all(count <= 1 for count in confirmed.values())
    assert judge(expected, realised, rows, mailed(counts)).good == (agrees and once and sure)
