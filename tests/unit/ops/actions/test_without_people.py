"""What can be of people is left out of what is published of a reason; what a reason rightly names stays."""

import time

import pytest
from each import each
from hypothesis import given
from hypothesis import strategies as st

from ops.actions.without_people import without_people
from ops.replay.asked import Asked
from schemas.flow import LANES

ID = "5446d01c-ff2f-42ab-a526-536079107845"


@each(
    [
        ("mailed jan@bakkerij.example, who agreed", "mailed … who agreed"),
        ("BSN 123-45-6782, 123.45.6782, 123/45/6782 or 12345678", "BSN …, …, … or …"),
        ("called +31612345678, +31 6 1234 5678, 06-12345678, 0031 6 12 34 56 78", "called +…, +…, …, …"),
        ("+31 (0)6 12345678 and 020-1234567", "+31 (0)… and …"),
        ("paid from NL91ABNA0417164300 and nl91 abna 0417 1643 00", "paid from … and …"),
        ("BE68 5390 0754 7034, DE89370400440532013000", "…, …"),
        ("card 4111 1111 1111 1111", "card …"),
        ("born 12-03-1961 or 1961-03-12", "born … or …"),
        ("lhnr 123456782L01, NL123456782B01", "lhnr …, NL…"),
        ("deadbeefdeadbeef@bakkerij.example", "…"),
        (f"row {ID} of 123456782", f"row {ID} of …"),
        ("2026-11-26 123456782", "2026-11-26 …"),
    ]
)
def test_what_can_be_of_people_is_left_out(case: tuple[str, str]) -> None:
    typed, said = case
    assert without_people(typed) == said


@pytest.mark.parametrize(
    "typed",
    [
        "1.4.1 is deployed since 26-11-2026 10:31, and 1.4.2 2026-11-27",
        "since 2026-11-26T09:00:00.123456+01:00, until 2026/11/27",
        f"7 rows, {ID}@2 and 12 {ID}",
        "0VBH9BATYBD was held, 0VBH9BATYBD too",
        "commit 12345678901bad00c0ffee0000000000deadbeef is out, after 12 12345678901bad00c0ffee0000000000deadbeef",
        "parked at offset 123456789, replayed offsets 12345678-23456789",
        "450 registrations at 10:31, 1.000.000 rows, 127.0.0.1:9092, I1 to I11",
        str(Asked("link-realised", "notifier", lanes=tuple(range(LANES - 1)), registration=ID)),
        " ".join(map(str, range(10))),
    ],
)
def test_what_a_reason_rightly_names_stays(typed: str) -> None:
    assert without_people(typed) == typed


@given(st.text(st.sampled_from("0123456789"), min_size=9, max_size=11), st.sampled_from(["", "-", "/", ".", " "]))
def test_no_number_of_a_person_s_length_is_left(digits: str, between: str) -> None:
    parts = (digits[:3], digits[3:6], digits[6:])
    assert without_people(f"about {between.join(parts)}") == "about …"


@pytest.mark.long
@pytest.mark.parametrize(
    "typed",
    ["a" * 400_000, "a" * 400_000 + "@", "@" * 400_000, "a@" * 200_000, "1" * 400_000, "1-" * 200_000, "1 a" * 130_000,
     "nl12" * 100_000, "nl12abna" * 50_000, "12345678-1234-" * 30_000, "2026-11-26 " * 40_000, "offset 1" * 50_000],
    ids=lambda typed: f"{typed[:16]}...",
)  # fmt: skip
def test_a_long_text_costs_no_more_than_its_length(typed: str) -> None:
    before = time.process_time()
    without_people(typed)
    assert time.process_time() - before < 5, "the square of its length takes minutes"
