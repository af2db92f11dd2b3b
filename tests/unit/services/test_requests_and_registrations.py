"""Whatever comes of requests and registrations: a request knows whether a live registration is there for it."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from intake_desk import CODES, Desk, by_processor, link_request

from schemas.ids import RegistrationId, reference
from services.intake.documents import Intake
from services.intake.employer_request import EmployerRequest
from services.intake.named_form import NamedForm, read_kept

NUMBERS = ("123456782L01", "123456782L02", "111222333L01")
REGISTRATIONS, REQUESTS = ("r-1", "r-2"), ("request", "l-2")
LIVE = ("held", "submitted")
STEPS = st.tuples(
    st.sampled_from(("comes", "comes", "corrected", "corrected", "withdrawn", "review", "lapses")),
    st.sampled_from((*REGISTRATIONS, *REQUESTS)),
    st.sampled_from(NUMBERS),
    st.sampled_from((None, *REGISTRATIONS)),
)


def intakes(desk: Desk) -> dict[str, Intake]:
    return {key.key: one for key, one in desk.story.remembered.items() if isinstance(one, Intake)}


def form(desk: Desk, about: str, number: str, supersedes: str | None) -> dict[str, Any]:
    if about in REQUESTS:
        return link_request(loonheffingennummer=number, email=f"{about}@werkgever.example")
    written = by_processor(loonheffingennummer=number, connections=[{"employer_code": about[-1]}])
    known = intakes(desk).get(supersedes or "")
    if known is None or supersedes == about:
        return written
    code = CODES.code(supersedes or "", known.cycle) if number != NUMBERS[1] else "wrong"
    earlier = {"reference": reference(supersedes or ""), "code": code}
    return written | {"supersedes": earlier}


def take(desk: Desk, step: tuple[str, str, str, str | None], name: str) -> None:
    what, about, number, supersedes = step
    known = intakes(desk).get(about)
    match what:
        case "comes" if known is None:
            desk.form(about, form(desk, about, number, supersedes))
        case "corrected" if known is not None:
            desk.correct(name, about, cycle=known.cycle, loonheffingennummer=number)
        case "withdrawn" if known is not None:
            desk.correct(name, about, cycle=known.cycle, kind="withdrawal")
        case "review":
            desk.review("processor", "confirmed" if supersedes else "declined")
        case "lapses":
            while about in REGISTRATIONS and (intake := intakes(desk).get(about)) and intake.due_at:
                desk.due(about)
    for request in REQUESTS:
        if (intake := intakes(desk).get(request)) and intake.due_at and not intake.overdue:
            desk.due(request)


def live(desk: Desk) -> Iterator[tuple[str, str, str]]:
    """Each live registration with the gate and the number, hashed, of each form that counts or waits."""
    for about, known in intakes(desk).items():
        for kept in (known, known.stands) if known.answer in LIVE else ():
            read = read_kept(kept, RegistrationId(about)) if kept else None
            if isinstance(read, NamedForm):
                yield from ((about, key, read.number or "") for key in read.requests)


@given(st.lists(STEPS, min_size=4, max_size=25))
def test_in_whatever_order_they_come_change_and_end(steps: list[tuple[str, str, str, str | None]]) -> None:
    desk = Desk.with_open_gates()
    for place, step in enumerate(steps):
        take(desk, step, f"c-{place}")
        found = {key.key: one for key, one in desk.story.remembered.items() if isinstance(one, EmployerRequest)}
        stand = {(one.registration, key, one.lhnr) for key, request in found.items() for one in request.registered}
        assert stand == set(live(desk))
        for about, known in intakes(desk).items():
            requests = {key for registration, key, _ in stand if registration == about}
            assert set(known.requests) == requests
            if known.answer == "requested" and known.taken_up:
                assert known.due_at is None
                asked = [(key, one.lhnr) for key, one in askers(found) if one.submission == about]
                assert any((key, number) in asked for _, key, number in stand)
            elif known.answer == "requested":
                assert known.due_at is not None or known.overdue


def askers(found: dict[str, EmployerRequest]) -> Iterator[tuple[str, Any]]:
    return ((key, one) for key, request in found.items() for one in request.askers)
