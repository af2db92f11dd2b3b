"""An uncertain mail settled by an operator, on everything that is real."""

import re
from uuid import UUID

from commands import MORE, koppeling, operators
from forms import loket_form
from onboarding import CONFIRMATION, RECEIPT, Effect, Onboarding, form_record

from schemas.ids import reference

WHY = ("--apply", "--reason", "as the server's log says")
EMPLOYER = "directie@verlaten.example"


async def confirmations(onboarding: Onboarding, registration: str) -> list[Effect]:
    return [one for one in await onboarding.effects([registration]) if one.kind == "link-realised"]


async def uncertain(onboarding: Onboarding, name: str, number: int, *, age_s: int) -> tuple[str, UUID]:
    """A registration whose mail lies in the mailbox, and of which the ledger does not know it."""
    (me,) = await onboarding.submit({name: loket_form(number)})
    await onboarding.confirmations([me])
    (effect,) = await confirmations(onboarding, me)
    await onboarding.query(
        "update notifier.effect set status = 'UNCERTAIN', finished_at = null, "
        "body_started_at = now() - make_interval(secs => $2) where id = $1",
        effect.id,
        age_s,
    )
    return me, effect.id


async def test_a_mail_that_was_accepted_is_settled_and_never_sent_again(onboarding: Onboarding) -> None:
    me, mail = await uncertain(onboarding, "was-sent", 77_000, age_s=600)
    listed = (await koppeling(onboarding, "mails", "uncertain", "--json")).json
    assert str(mail) in {one["id"] for one in listed}
    assert re.findall("administratie|@", str(listed)) == []
    by_reference = await koppeling(onboarding, "mails", "settle", reference(me), "sent", *WHY)
    assert (by_reference.code, f"needs the mail's ID, here {mail}" in by_reference.err) == (2, True)
    assert (await koppeling(onboarding, "mails", "settle", reference(me), "sent")).code == 0
    done = await koppeling(onboarding, "mails", "settle", str(mail), "sent", *WHY)
    assert done.code == 0, done.err
    assert await onboarding.confirmations([me]) == [1]
    assert await onboarding.notified(me) == [CONFIRMATION, RECEIPT]
    newest = await koppeling(onboarding, "mails", "list", "--limit", "1")
    assert f"{newest.lines[-1]}\n" == MORE


async def test_a_mail_that_was_not_accepted_is_planned_anew_and_once_by_however_many_operators(
    onboarding: Onboarding,
) -> None:
    me, mail = await uncertain(onboarding, "was-not-sent", 77_001, age_s=600)
    plan = await koppeling(onboarding, "mails", "settle", str(mail), "not-sent")
    assert (plan.code, "planned anew" in plan.out) == (0, True)
    said = await operators(onboarding, 2, "mails", "settle", str(mail), "not-sent", *WHY)
    assert sorted(one.code for one in said) == [0, 1]

    await onboarding.settled([me], 3)
    effects = await confirmations(onboarding, me)
    assert {effect.id == mail: effect.status for effect in effects} == {True: "FAILED", False: "SENT"}
    assert [len(mails) for mails in onboarding.mails(effects).values()] == [1, 1]
    actions = (await koppeling(onboarding, "actions", "--json")).json
    (action,) = [one for one in actions if one["target"] == str(mail)]
    (anew,) = [str(effect.id) for effect in effects if effect.id != mail]
    assert (action["what"], action["after"]["planned anew as"]) == ("settle not-sent", anew)


async def test_a_mail_whose_sender_may_still_report_is_refused(onboarding: Onboarding) -> None:
    me, mail = await uncertain(onboarding, "too-young", 77_002, age_s=20)
    refused = await koppeling(onboarding, "mails", "settle", str(mail), "not-sent", *WHY)
    assert (refused.code, "may still report" in refused.err) == (1, True)
    assert [effect.status for effect in await confirmations(onboarding, me)] == ["UNCERTAIN"]


async def test_a_mail_is_sent_again_to_the_address_that_was_meant_and_once(onboarding: Onboarding) -> None:
    (me,) = await onboarding.submit({"mistyped": loket_form(77_003)})
    await onboarding.settled([me], 2)
    typed = ("mails", "resend", reference(me), "--kind", "link-realised", "--to", "kas@elders.example")
    plan = await koppeling(onboarding, *typed)
    assert (plan.code, "elders" in plan.out) == (0, False)
    refused = await koppeling(onboarding, *typed, "--apply", "--reason", "a slip")
    (mail,) = re.findall(r"needs the mail's ID, here ([-0-9a-f]{36})", refused.err)
    assert refused.code == 2
    said = await operators(onboarding, 2, "mails", "resend", mail, *typed[-2:], "--apply", "--reason", "a slip")
    assert sorted(one.code for one in said) == [0, 1]
    await onboarding.settled([me], 3)
    mails = onboarding.mails(await confirmations(onboarding, me))
    recipients = [mail.recipient for found in mails.values() for mail in found]
    assert recipients.count("kas@elders.example") == len(recipients) - 1 >= 1
    assert len(await onboarding.notified(me)) == 1 + len(recipients)
    action = (await koppeling(onboarding, "actions", "--json")).json[0]
    assert (action["what"], action["why"], "elders" in str(action)) == ("resend", "a slip", False)


async def test_an_employer_that_leaves_its_processor_withdraws_by_the_code_that_operators_send_it(
    onboarding: Onboarding,
) -> None:
    form = loket_form(60_400, kind="employer_registration", processor_name="Kantoor Verlaten")
    (me,) = await onboarding.submit({"left-behind": form})
    await onboarding.settled([me], 2)
    plan = await koppeling(onboarding, "mails", "resend", reference(me), "--kind", "link-realised", "--to", EMPLOYER)
    typed = ("mails", "resend", *re.findall(r"[-0-9a-f]{36}", plan.out), "--to", EMPLOYER)
    assert (await koppeling(onboarding, *typed, "--apply", "--reason", "called back, it is the employer")).code == 0
    letters = onboarding.mails(await onboarding.settled([me], 3))
    (text,) = [mail.text for found in letters.values() for mail in found if mail.recipient == EMPLOYER]
    (code,) = re.findall(r"^Code: (\S+)$", text, re.MULTILINE)
    withdrawal = {"kind": "withdrawal", "reference": reference(me), "code": code}
    await onboarding.publish([form_record("by-the-employer", withdrawal)])
    await onboarding.settled([me], 4)
    assert len(await onboarding.said("registration-ended", me)) == 1
