"""What stops nothing, and an operator should look at: unusual numbers, guesses at a code, Keylane's contradictions.

Codes, fields and days only: no number that was typed.
"""

from collections.abc import Iterator

from ops.story import words
from ops.story.reason import Reason
from ops.terminal.age import minute
from payroll.first_exchange import NamedDateWarning
from schemas.events.provisioning_reported import Report
from services.intake.documents import Intake
from services.provisioning.documents import Contradiction, Link, Provisioning

_SET_ASIDE: dict[str, str] = {
    NamedDateWarning.BEFORE_REALISATION: "die ligt voor de dag waarop de koppeling klaar was",
    NamedDateWarning.NO_WORKING_DAY: "dat is geen werkdag",
    NamedDateWarning.HOLIDAYS_UNKNOWN: "van dat jaar kennen wij de feestdagen niet",
}
_SAID: dict[Report, str] = {
    "accepted": "dat de aanvraag is aangenomen",
    "customer_action_needed": "dat de klant iets moet doen",
    "configured": "dat de koppeling klaar is",
    "failed": "dat het niet lukt",
}


def attention(intake: Intake | None, provisioning: Provisioning | None) -> tuple[Reason, ...]:
    """Everything of this kind about one registration."""
    links = provisioning.links if provisioning is not None else ()
    return (*(_of_form(intake) if intake is not None else ()), *(one for link in links for one in _of_link(link)))


def _of_form(intake: Intake) -> Iterator[Reason]:
    yield from (words.of_fault(warning) for warning in intake.warnings)
    if intake.wrong_codes:
        text = f"Iemand gaf een verkeerde of oude code, in totaal {intake.wrong_codes} keer. Er is niets veranderd."
        yield Reason(code="WRONG_CODES", text=text)


def _of_link(link: Link) -> Iterator[Reason]:
    about = f"Koppeling {link.connection}: "
    if link.warning == NamedDateWarning.FAR_AHEAD:
        text = (
            f"{about}De eerste uitwisseling die Keylane noemde ligt meer dan een jaar verder. Vraag of het jaar klopt."
        )
        yield Reason(code=link.warning, text=text)
    elif link.warning is not None:
        why = _SET_ASIDE.get(link.warning, link.warning)
        text = f"{about}Keylane noemde een datum voor de eerste uitwisseling die niet kan: {why}. Onze datum geldt."
        yield Reason(code=link.warning, text=text)
    if link.contradiction is not None:
        yield Reason(code="CONTRADICTION", text=about + _contradicted(link.contradiction))


def _contradicted(said: Contradiction) -> str:
    codes = f" ({', '.join(finding.code for finding in said.findings)})" if said.findings else ""
    day = f", met de eerste uitwisseling op {said.first_exchange_on}" if said.first_exchange_on else ""
    return (
        f"Keylane meldde op {minute(said.reported_at)} {_SAID[said.report]}{codes}{day}. "
        "Dat spreekt het eerdere antwoord tegen en is niet gevolgd. Vraag Keylane wat klopt."
    )
