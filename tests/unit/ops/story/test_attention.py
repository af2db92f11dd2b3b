"""What `koppeling status REF` shows operators beside the story: what stops nothing and is odd all the same."""

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from remembered import NOW, ago, at_keylane, intake, provisioning
from typed_forms import REGISTRATION

from ops.story.lines import story_lines
from ops.story.policy_now import PolicyNow, rights
from ops.story.remembered import Remembered
from ops.story.view import view
from ops.terminal.output import COLUMNS
from payroll.fault import FaultCode
from payroll.first_exchange import NamedDateWarning
from schemas.events.provisioning_reported import Report
from schemas.values import Finding
from services.provisioning.documents import Contradiction, LinkStage


def at_keylane_with(**odd: Any) -> Remembered:
    known = provisioning(LinkStage.REFUSED)
    return replace(at_keylane(), provisioning=known.but(links=(known.links[0].but(**odd),)))


def contradicted(report: Report, *findings: Finding) -> Remembered:
    return at_keylane_with(contradiction=Contradiction(report=report, reported_at=ago(5), findings=findings))


def told(remembered: Remembered) -> str:
    lines = list(story_lines(view(remembered, NOW), NOW))
    assert max(map(len, lines)) <= COLUMNS
    return " ".join(" ".join(lines).split())


def test_an_ordinary_registration_asks_for_no_attention() -> None:
    assert view(at_keylane(LinkStage.REALISED), NOW).attention == ()
    assert "look at" not in told(at_keylane(LinkStage.REALISED))


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("raamwerkcontractnummer", FaultCode.CONTRACT_NUMBER_UNUSUAL),
        ("loonheffingennummer", FaultCode.LHNR_STARTS_WITH_000),
        ("connections.0.employer_code", FaultCode.EMPLOYER_CODE_UNUSUAL),
    ],
)
def test_a_number_that_is_valid_but_unusual_is_named_by_field_and_never_shown(field: str, code: FaultCode) -> None:
    remembered = Remembered(REGISTRATION, intake().but(warnings=(f"{field} {code}",)))
    (odd,) = view(remembered, NOW).attention
    assert (odd.field, odd.code) == (field, code)
    assert f"look at {code}: " in told(remembered)


@pytest.mark.parametrize("report", get_args(Report))
def test_keylane_s_contradiction_is_told_with_its_day_and_codes(report: Report) -> None:
    remembered = contradicted(report, Finding(code="LHNR_MISMATCH", detail="812345678L01"))
    (odd,) = view(remembered, NOW).attention
    assert odd.code == "CONTRADICTION"
    assert "look at CONTRADICTION: Koppeling 1: Keylane meldde op 2026-11-22 12:55" in told(remembered)
    assert "LHNR_MISMATCH" in odd.text
    assert "812345678L01" not in odd.text


def test_another_day_that_keylane_names_later_is_told() -> None:
    said = Contradiction(report="configured", reported_at=ago(5), first_exchange_on=date(2027, 3, 10))
    (odd,) = view(at_keylane_with(contradiction=said), NOW).attention
    assert "dat de koppeling klaar is, met de eerste uitwisseling op 2027-03-10." in odd.text


def test_a_date_of_keylane_s_that_stands_and_is_odd_is_to_be_asked_about() -> None:
    (odd,) = view(at_keylane_with(warning="FAR_AHEAD"), NOW).attention
    assert odd.code == "FAR_AHEAD"
    assert odd.text.endswith("Vraag of het jaar klopt.")


@pytest.mark.parametrize("warning", [one for one in NamedDateWarning if one != "FAR_AHEAD"])
def test_a_date_of_keylane_s_that_was_set_aside_is_told_with_the_reason(warning: NamedDateWarning) -> None:
    (odd,) = view(at_keylane_with(warning=str(warning)), NOW).attention
    assert odd.code == warning
    assert odd.text.endswith("Onze datum geldt.")
    assert str(warning) not in odd.text


def test_wrong_codes_are_counted_for_the_operator() -> None:
    (odd,) = view(Remembered(REGISTRATION, intake().but(wrong_codes=3)), NOW).attention
    assert odd.code == "WRONG_CODES"
    assert "3 keer" in odd.text


@pytest.mark.parametrize(
    ("asked_then", "said"),
    [
        (False, "Nu ook nodig: Beheren en raadplegen BSN."),
        (True, "Niet meer nodig: Beheren en raadplegen BSN."),
    ],
)
def test_rights_that_no_longer_follow_from_the_policy_are_named(asked_then: bool, said: str) -> None:  # noqa: FBT001
    known = asked_by(PolicyNow(pensioenwet=not asked_then, mandate_present=True), pensioenwet=asked_then)
    (odd,) = view(known, NOW).attention
    assert odd.code == "RIGHTS_OUTDATED"
    assert odd.text.startswith(f"Koppeling 1: Keylane is om andere rechten gevraagd dan nu nodig zijn. {said} Laat")
    assert view(replace(known, policy=PolicyNow(pensioenwet=asked_then, mandate_present=True)), NOW).attention == ()


def test_a_mandate_that_is_gone_is_told_of_a_processor_s_link_alone() -> None:
    known = asked_by(PolicyNow(pensioenwet=False, mandate_present=False), pensioenwet=False)
    assert view(known, NOW).attention == ()
    by_processor = replace(known, intake=intake().but(form={"kind": "employer_registration"}))
    assert [odd.code for odd in view(by_processor, NOW).attention] == ["MANDATE_MISSING"]


def asked_by(policy: PolicyNow, *, pensioenwet: bool) -> Remembered:
    known = at_keylane(LinkStage.REALISED)
    (link,) = provisioning(LinkStage.REALISED).links
    asked = link.but(rights=tuple(rights("loket", pensioenwet=pensioenwet)))
    return replace(
        known, provisioning=provisioning(LinkStage.REALISED).but(package="loket", links=(asked,)), policy=policy
    )


def test_a_link_that_has_worked_and_needs_something_is_the_applicant_s_with_the_steps() -> None:
    blocked = (Finding(code="USER_BLOCKED"),)
    said = Contradiction(report="customer_action_needed", reported_at=ago(5), findings=blocked)
    (link,) = provisioning(LinkStage.REALISED).links
    stopped = provisioning(LinkStage.REALISED).but(links=(link.but(contradiction=said, findings=blocked),))
    seen = view(replace(at_keylane(LinkStage.REALISED), provisioning=stopped), NOW)
    assert (seen.stage, seen.next.code, seen.next.who) == ("realised", "YOU_ACT", "applicant")
    assert seen.next.steps[0] == "Hef de blokkade op bij de gebruikers in Loket.nl."
    assert seen.attention[0].text.endswith("De aanmelder is gemaild wat nodig is.")


def test_what_keylane_says_after_it_needed_something_is_not_said_to_be_mailed() -> None:
    said = Contradiction(report="failed", reported_at=ago(5), findings=(Finding(code="LHNR_MISMATCH"),))
    (link,) = provisioning(LinkStage.REALISED).links
    stopped = link.but(contradiction=said, findings=(Finding(code="USER_BLOCKED"),))
    seen = view(replace(at_keylane(), provisioning=provisioning(LinkStage.REALISED).but(links=(stopped,))), NOW)
    assert seen.attention[0].text.endswith("Vraag Keylane wat klopt.")
