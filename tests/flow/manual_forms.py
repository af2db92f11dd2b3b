"""A form for each manual, as the people whom it is for would fill it in. Everything about them is made up."""

from typing import Any

from forms import loket_form, loonheffingennummer
from keylane_side import sealed
from onboarding import SOURCE

from sandbox.running import RunningSandbox
from schemas.ids import registration_id


def raet_with_entities(sandbox: RunningSandbox, submission: str, number: int) -> dict[str, Any]:
    """Manual 000: an employer by itself, three entities on one form."""
    registration = registration_id(SOURCE, submission)
    codes = [f"{20_000_000 + 10 * number + entity}" for entity in (1, 2, 3)]
    return loket_form(
        number,
        package="raet",
        company_name="Holding 't Verzinsel & Zonen B.V.",
        email="salaris@verzinsel.example",
        thirteenth_month=True,
        dgas=[{"name": "A. de Voorbeeldige", "personnel_number": "1001"}],
        client_id="verzinsel-keylane",
        connections=[
            {"employer_code": code, "client_secret": sealed(sandbox, f"geheim {entity}", registration, entity)}
            for entity, code in enumerate(codes, start=1)
        ],
    )


def loket_with_dgas(number: int) -> dict[str, Any]:
    """Manual 001: an employer by itself, with several directors on the payroll."""
    return loket_form(
        number,
        company_name="Café Zoë's Gerücht",
        email="kas@gerucht.example",
        dgas=[
            {"name": "B. van der Verzonnen", "personnel_number": "12"},
            {"name": "Ç. 't Hooft-Fictief", "personnel_number": "13"},
            {"name": "D. Niemand", "personnel_number": "DGA-3"},
        ],
    )


def loket_by_a_processor(number: int) -> dict[str, Any]:
    """Manual 002: a processor registers an employer, which pays every four weeks."""
    return loket_form(
        number,
        kind="employer_registration",
        company_name="Kwekerij Nergenshuizen",
        processor_name="Salariskantoor Fictief & Zn.",
        email="loket@kantoor-fictief.example",
        frequency="four_weeks",
        thirteenth_month=True,
    )


def exact_by_a_processor(
    sandbox: RunningSandbox, submission: str, number: int, *, numbers: bool = True
) -> dict[str, Any]:
    """Manual 003: a processor registers an employer, perhaps without the numbers that the manual forgets to ask."""
    token = sealed(sandbox, "web api geheim", registration_id(SOURCE, submission))
    return loket_form(
        number,
        kind="employer_registration",
        package="exact",
        company_name="Installatiebedrijf Zomaar",
        processor_name="Administratie Denkbeeldig",
        email="exact@denkbeeldig.example",
        raamwerkcontractnummer=f"A020{number:06d}" if numbers else None,
        loonheffingennummer=loonheffingennummer(number) if numbers else None,
        dgas=[{"name": "E. Zomaar", "personnel_number": "7"}],
        client_id="denkbeeldig-web-api",
        connections=[{"employer_code": str(number), "client_secret": token}],
    )
