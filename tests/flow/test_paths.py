from commands import koppeling
from forms import loket_form, loonheffingennummer
from manual_forms import exact_by_a_processor
from onboarding import CONFIRMATION, RECEIPT, SOURCE, Onboarding, form_record

from sandbox.keylane.instruction import tell_keylane
from sandbox.keylane.script import Step
from sandbox.waiting import until
from schemas.ids import reference, registration_id
from schemas.values import Finding

WHY = ("--apply", "--reason", "found by its name")
NUMBERS = ("raamwerkcontractnummer", "loonheffingennummer")
ASKED = {
    "kind": "link_request",
    "company_name": "Installatiebedrijf Zomaar",
    "email": "kantoor@zomaar.example",
    "processor_name": "Administratie Denkbeeldig",
    "processor_email": "exact@denkbeeldig.example",
}
"""By its name alone is an employer found whose processor gives no number."""
LHNR_MISMATCH = (Finding(code="LHNR_MISMATCH"),)


async def is_waiting(onboarding: Onboarding, registration: str, reason: str) -> None:
    async def ask() -> bool:
        rows = await onboarding.query(
            "select document ->> 'reason' as reason from enrichment.state where kind = 'enrichment' and key = $1",
            registration,
        )
        return bool(rows) and rows[0]["reason"] == reason

    await until(ask, deadline_s=30, missing=f"{registration} does not wait for {reason}")


async def lets_go(onboarding: Onboarding, registration: str) -> None:
    """Return once it has no connection in intake: the mail that says why may come before."""

    async def free() -> bool:
        claims = "select from intake.state where kind = 'claim' and document ->> 'registration' = $1"
        return not await onboarding.query(claims, registration)

    await until(free, deadline_s=60, missing="it still claims its connection")


async def test_exact_without_numbers_waits_until_they_are_found(onboarding: Onboarding) -> None:
    me = registration_id(SOURCE, "numbers-found")
    form = exact_by_a_processor(onboarding.sandbox, "numbers-found", 80_001, numbers=False)
    await onboarding.let_in([{**form, **{name: loket_form(80_001)[name] for name in NUMBERS}}])
    await onboarding.publish(
        [form_record("numbers-asked", {**ASKED, "loonheffingennummer": loonheffingennummer(80_001)})]
    )
    await onboarding.publish([form_record("numbers-found", form)])
    await is_waiting(onboarding, me, "NUMBERS_MISSING")
    known = loket_form(80_001)
    await onboarding.load_policies([known])
    found = [part for name in NUMBERS for part in (f"--{name}", known[name])]
    plan = await koppeling(onboarding, "policies", "match", reference(me), *found)
    assert (plan.code, "their policy is there" in plan.out, "nothing was changed" in plan.out) == (0, True, True)
    assert known["loonheffingennummer"] not in plan.out
    done = await koppeling(onboarding, "policies", "match", reference(me), *found, *WHY)
    assert done.code == 0, done.err
    waited = "policy-awaited cycle 1 NUMBERS_MISSING"
    assert set(await onboarding.letters(me, 4)) == {RECEIPT, waited, CONFIRMATION, "link-works connection 1"}
    once_more = await koppeling(onboarding, "policies", "match", reference(me), *found, *WHY)
    assert (once_more.code, "waits for its policy" in once_more.err) == (1, True)
    actions = (await koppeling(onboarding, "actions", "--json")).json
    assert [one["what"] for one in actions if one["target"] == reference(me)] == ["match policy"]
    late = exact_by_a_processor(onboarding.sandbox, "numbers-again", 80_001)
    await onboarding.publish([form_record("numbers-again", late)])
    again = await onboarding.letters(registration_id(SOURCE, "numbers-again"), 1)
    assert list(again) == ["registration-rejected rejected"]


async def late_beside(onboarding: Onboarding, number: int, **sent: str) -> tuple[str, str]:
    """The ids of a registration by a processor that is let in, with what is `sent` otherwise, and of one beside it that
    waits for the same employer's numbers.
    """
    earlier, late = f"earlier-{number}", f"late-{number}"
    rival = exact_by_a_processor(onboarding.sandbox, earlier, number)
    await onboarding.let_in([rival])
    asked = {**ASKED, "loonheffingennummer": rival["loonheffingennummer"]}
    await onboarding.publish([form_record(f"asked-{number}", asked)])
    form = exact_by_a_processor(onboarding.sandbox, late, number, numbers=False)
    await onboarding.publish([form_record(earlier, {**rival, **sent}), form_record(late, form)])
    await is_waiting(onboarding, registration_id(SOURCE, late), "NUMBERS_MISSING")
    return registration_id(SOURCE, earlier), registration_id(SOURCE, late)


async def test_numbers_under_which_another_has_the_connection_are_not_noted(onboarding: Onboarding) -> None:
    taken, me = await late_beside(onboarding, 80_005)
    await is_waiting(onboarding, taken, "POLICY_NOT_FOUND")
    known = loket_form(80_005)
    found = [part for name in NUMBERS for part in (f"--{name}", known[name])]
    refused = await koppeling(onboarding, "policies", "match", reference(me), *found, *WHY)
    assert (refused.code, reference(taken) in refused.err) == (1, True)
    assert await onboarding.query("select from enrichment.policy_match where registration = $1", me) == []


async def test_numbers_under_which_another_processor_is_held_are_noted(onboarding: Onboarding) -> None:
    held, me = await late_beside(onboarding, 80_006, email="elders@denkbeeldig.example")
    assert "registration-held cycle 1 reminder 0" in await onboarding.letters(held, 1)
    known = exact_by_a_processor(onboarding.sandbox, "late-80006", 80_006)
    found = [part for name in NUMBERS for part in (f"--{name}", known[name])]
    noted = await koppeling(onboarding, "policies", "match", reference(me), *found, *WHY)
    assert noted.code == 0, noted.err
    await lets_go(onboarding, held)


async def test_keylane_early_twice_and_stale_is_one_mail(onboarding: Onboarding) -> None:
    me = registration_id(SOURCE, "talkative")
    steps = (
        Step(report="configured", early=True),
        Step(report="accepted", times=3),
        Step(report="configured", times=3, new_id=True),
        Step(report="failed", findings=LHNR_MISMATCH, after_s=0.2),
    )
    tell_keylane(onboarding.sandbox, {me: steps})
    await onboarding.submit({"talkative": loket_form(80_004)})
    assert set(await onboarding.letters(me, 2)) == {RECEIPT, CONFIRMATION}
