"""What an operator should look at although it stops nothing.

That is: unusual numbers, wrong correction codes, contradictions in Keylane's reports, and requests to Keylane that no
longer fit the policy. The texts have codes, fields and days only, and no number that was typed.
"""

from collections.abc import Iterator

from ops.story import words
from ops.story.policy_now import PolicyNow, rights
from ops.story.reason import Reason
from ops.story.remembered import Remembered
from ops.terminal.age import minute
from payroll.first_exchange import NamedDateWarning
from schemas.events.provisioning_reported import Report
from services.intake.documents import Intake
from services.provisioning.documents import Contradiction, Link, LinkStage, Provisioning

RIGHTS_OUTDATED, MANDATE_MISSING = "RIGHTS_OUTDATED", "MANDATE_MISSING"
_ASK_ANEW = "Laat de aanmelder een correctie sturen met alleen referentie en code: dan krijgt Keylane de juiste vraag."
_NO_MANDATE = (
    "Volgens de polis heeft de werkgever de salarisverwerker geen machtiging meer gegeven. Vraag de werkgever of de "
    "koppeling moet stoppen."
)
_SET_ASIDE: dict[str, str] = {
    NamedDateWarning.BEFORE_REALISATION: "die ligt voor de dag waarop de koppeling klaar was",
    NamedDateWarning.NO_WORKING_DAY: "dat is geen werkdag",
    NamedDateWarning.HOLIDAYS_UNKNOWN: "van dat jaar kennen wij de feestdagen niet",
}
_TOLD = "De koppeling werkte toen al. De aanmelder is gemaild wat nodig is."
_ASK = "Dat spreekt het eerdere antwoord tegen en is niet gevolgd. Vraag Keylane wat klopt."
_SAID: dict[Report, str] = {
    "accepted": "dat de aanvraag is aangenomen",
    "customer_action_needed": "dat de klant iets moet doen",
    "configured": "dat de koppeling klaar is",
    "failed": "dat het niet lukt",
}


def attention(remembered: Remembered) -> tuple[Reason, ...]:
    """Everything of this kind about one registration."""
    intake, provisioning, policy = remembered.intake, remembered.provisioning, remembered.policy
    links = provisioning.links if provisioning is not None else ()
    of_policy = _of_policy(intake, provisioning, policy) if intake and provisioning and policy else ()
    return (
        *(_of_form(intake) if intake is not None else ()),
        *(one for link in links for one in _of_link(link)),
        *of_policy,
    )


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
        yield Reason(code="CONTRADICTION", text=about + _contradicted(link, link.contradiction))


def _contradicted(link: Link, said: Contradiction) -> str:
    codes = f" ({', '.join(finding.code for finding in said.findings)})" if said.findings else ""
    day = f", met de eerste uitwisseling op {said.first_exchange_on}" if said.first_exchange_on else ""
    is_asked = said.report == "customer_action_needed" and said.findings == link.findings
    is_told = is_asked and link.stage is LinkStage.REALISED
    return (
        f"Keylane meldde op {minute(said.reported_at)} {_SAID[said.report]}{codes}{day}. {_TOLD if is_told else _ASK}"
    )


def _of_policy(intake: Intake, provisioning: Provisioning, policy: PolicyNow) -> Iterator[Reason]:
    live = [link for link in provisioning.links if link.stage not in (LinkStage.REFUSED, LinkStage.CANCELLED)]
    needed = rights(provisioning.package, pensioenwet=policy.pensioenwet)
    for link in live:
        if link.rights is not None and needed != set(link.rights):
            yield Reason(code=RIGHTS_OUTDATED, text=_outdated(link, needed, frozenset(link.rights)))
    if live and not policy.mandate_present and (intake.form or {}).get("kind") == "employer_registration":
        yield Reason(code=MANDATE_MISSING, text=_NO_MANDATE)


def _outdated(link: Link, needed: frozenset[str], asked: frozenset[str]) -> str:
    differences = (("Nu ook nodig", needed - asked), ("Niet meer nodig", asked - needed))
    said = "".join(f" {what}: {', '.join(sorted(which))}." for what, which in differences if which)
    return f"Koppeling {link.connection}: Keylane is om andere rechten gevraagd dan nu nodig zijn.{said} {_ASK_ANEW}"
