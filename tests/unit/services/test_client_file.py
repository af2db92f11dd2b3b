"""The file of whom processors may register: read whole or not at all, and enough for a registration to go on."""

import io
import re

import pytest
from intake_desk import PROCESSOR_EMAIL, Desk, by_processor
from typed_forms import processor

from payroll.row_file import RowFileError
from schemas.events import RegistrationHeld, RegistrationSubmitted
from services.intake.clients import ClientRow, gates_of, read_clients, write_clients
from stream.document import Gate

HEADER = "processor_email,raamwerkcontractnummer,loonheffingennummer"
ROW = ClientRow(PROCESSOR_EMAIL, "A0201234", "123456782L01")


def let_in(desk: Desk, row: ClientRow) -> Desk:
    gates = (Gate.at(gate) for gate in gates_of(row))
    desk.story.remembered.update(dict.fromkeys(gates, Gate(open=True)))
    return desk


def test_a_file_is_read_as_people_type_it() -> None:
    assert read_clients([HEADER, f"{PROCESSOR_EMAIL}, a020 1234 ,1234.56.782.L.01"]) == [ROW]


def test_what_is_written_is_read_again() -> None:
    file = io.StringIO()
    write_clients(file, [ROW, ROW])
    assert read_clients(file.getvalue().splitlines()) == [ROW]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "line 1: missing columns processor_email, raamwerkcontractnummer, loonheffingennummer"),
        ([HEADER, "a@b.nl,A0201234"], "line 2: wrong loonheffingennummer (empty)"),
        (
            [HEADER, "a b,,123456789L01"],
            (
                "line 2: wrong processor_email (EMAIL_NOT_ONE), raamwerkcontractnummer (empty), "
                "loonheffingennummer (LHNR_CHECK_DIGIT)"
            ),
        ),
        (
            [HEADER, "a@b.nl,A0201234,123456782L01,x"],
            "line 2: more values than columns: one with a separator in it needs quotes",
        ),
        ([HEADER, '"a@b.nl'], "line 2: not readable as CSV (unexpected end of data); look at its quotes"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(lines: list[str], said: str) -> None:
    with pytest.raises(RowFileError, match=f"^{re.escape(said)}$"):
        read_clients(lines)


def test_no_more_than_a_hundred_faults_are_named() -> None:
    with pytest.raises(RowFileError) as caught:
        read_clients([HEADER, *["x,y,z"] * 150])
    assert str(caught.value).endswith("\nand 50 more")


@pytest.mark.parametrize("numbers", [{}, {"loonheffingennummer": "123456782L02"}])
def test_a_processor_that_was_let_in_registers_its_employer_at_once(numbers: dict[str, str]) -> None:
    desk = let_in(Desk(), ROW)
    desk.form("bakery", by_processor(**numbers))
    assert desk.heard(RegistrationSubmitted, "bakery")
    assert not desk.heard(RegistrationHeld, "bakery")


@pytest.mark.parametrize(
    ("row", "waits_for"),
    [
        (ClientRow("zuid@kantoor.example", "A0201234", "123456782L01"), ("PROCESSOR_CONFIRMATION", "EMPLOYER_REQUEST")),
        (ClientRow(PROCESSOR_EMAIL, "A0209999", "111222333L01"), ("EMPLOYER_REQUEST",)),
    ],
)
def test_another_processor_or_employer_still_waits(row: ClientRow, waits_for: tuple[str, ...]) -> None:
    desk = let_in(Desk(), row)
    desk.form("bakery", by_processor())
    (held,) = desk.heard(RegistrationHeld, "bakery")
    assert held.waits_for == waits_for


def test_a_file_lets_nobody_use_credentials_that_are_not_there() -> None:
    desk = let_in(Desk(), ROW)
    desk.form("bakery", by_processor(package="loket_webservice"))
    (held,) = desk.heard(RegistrationHeld, "bakery")
    assert held.waits_for == ("PROCESSOR_CONFIRMATION",)


def test_declining_a_form_that_a_stranger_sent_under_its_address_leaves_it_in() -> None:
    desk = let_in(Desk(), ROW)
    desk.form("stranger", processor("stranger"))
    desk.review("stranger", "declined")
    desk.form("bakery", by_processor())
    assert desk.heard(RegistrationSubmitted, "bakery")
