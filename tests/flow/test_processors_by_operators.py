"""Processors reviewed by a.s.r.'s back office, on everything that is real."""

import asyncio
import json
import subprocess
from shlex import join

import pytest
from commands import MORE, Said, command, koppeling
from forms import loket_form, loonheffingennummer
from onboarding import RECEIPT, SOURCE, Onboarding, form_record

from ops.terminal.output import COLUMNS
from sandbox.waiting import until
from schemas.ids import reference, registration_id

WHY = ("--apply", "--reason", "Niet gevonden in het handelsregister")


async def applied(onboarding: Onboarding, name: str) -> str:
    """A processor that has registered and waits for its review; its reference."""
    form = {"kind": "processor_registration", "package": "exact", "company_name": f"Kantoor {name}"}
    await onboarding.publish([form_record(name, form | {"email": f"{name}@kantoor.example"})])
    me = registration_id(SOURCE, name)
    await onboarding.settled([me], 1)
    return reference(me)


async def reviews(onboarding: Onboarding, name: str) -> list[str]:
    said = await onboarding.said("processor-reviewed", registration_id(SOURCE, name))
    return [json.loads(one.value)["verdict"] for one in said]


async def review_of(onboarding: Onboarding, quoted: str) -> str:
    listed = (await koppeling(onboarding, "processors", "list", "--json")).json
    (one,) = [one for one in listed if one["reference"] == quoted]
    return str(one["review"])


async def becomes(onboarding: Onboarding, quoted: str, review: str) -> None:
    async def ask() -> bool | None:
        return await review_of(onboarding, quoted) == review or None

    await until(ask, deadline_s=30, missing=f"it is not {review}")


async def test_a_processor_is_declined_with_the_reason_that_is_mailed_and_confirmed_later(
    onboarding: Onboarding,
) -> None:
    quoted = await applied(onboarding, "declined-first")
    plan = await koppeling(onboarding, "processors", "decline", quoted)
    assert (plan.code, "it would be declined" in plan.out, "nothing was changed" in plan.out) == (0, True, True)
    assert await reviews(onboarding, "declined-first") == []
    assert "--name 'Kantoor declined-first'" in plan.out
    other = await koppeling(onboarding, "processors", "decline", quoted, *WHY, "--name", "Kantoor van vroeger")
    assert (other.code, "its name has changed" in other.err) == (1, True)
    assert await reviews(onboarding, "declined-first") == []

    done = await koppeling(onboarding, "processors", "decline", quoted, *WHY)
    assert done.code == 0, done.err
    await becomes(onboarding, quoted, "declined")
    letters = await onboarding.letters(registration_id(SOURCE, "declined-first"), 2)
    assert WHY[-1] in letters["processor-declined cycle 1"].text
    again = await koppeling(onboarding, "processors", "decline", quoted, *WHY)
    assert (again.code, "it is declined already" in again.err) == (1, True)

    typed = f"  {quoted.lower()} "
    assert (await koppeling(onboarding, "processors", "confirm", typed, "--apply", "--reason", "found")).code == 0
    await becomes(onboarding, quoted, "confirmed")
    assert await reviews(onboarding, "declined-first") == ["declined", "confirmed"]
    actions = [one for one in (await koppeling(onboarding, "actions", "--json")).json if one["target"] == quoted]
    assert {(one["before"]["review"], one["after"]["review"]) for one in actions} == {
        ("applied", "declined"),
        ("declined", "confirmed"),
    }


async def test_those_that_wait_are_listed_first_for_people_and_for_pipes(onboarding: Onboarding) -> None:
    older = await applied(onboarding, "reviewed")
    await koppeling(onboarding, "processors", "confirm", older, "--apply", "--reason", "found")
    await becomes(onboarding, older, "confirmed")
    waiting = await applied(onboarding, "waits")
    shown = await koppeling(onboarding, "processors", "list")
    references = [line.split()[0] for line in shown.lines if not line.startswith(" ")]
    assert references.index(waiting) < references.index(older)
    assert "\x1b" not in shown.out
    assert max(map(len, shown.lines)) <= COLUMNS
    one = await koppeling(onboarding, "processors", "list", "--json", "--limit", "1")
    assert [(view["review"], "password" in view) for view in one.json] == [("applied", False)]
    assert one.err == MORE
    pipe = ["sh", "-c", f"{join(command(onboarding, 'processors', 'list'))} | head -n 1"]
    piped = await asyncio.to_thread(subprocess.run, pipe, capture_output=True, text=True, check=True)
    assert (piped.stdout.count("\n"), piped.stderr) == (1, "")


async def test_what_waits_for_a_processor_follows_it_to_another_address(onboarding: Onboarding) -> None:
    quoted = await applied(onboarding, "moved-here")
    await koppeling(onboarding, "processors", "confirm", quoted, "--apply", "--reason", "found")
    await becomes(onboarding, quoted, "confirmed")
    asked, me, held = (registration_id(SOURCE, name) for name in ("moved-asked", "moved-bakery", "moved-held"))
    left, here = "moved-away@kantoor.example", "moved-here@kantoor.example"
    request = {"kind": "link_request", "company_name": "Bakkerij Mee", "email": "kas@mee.example"}
    chosen = {"processor_name": "Kantoor", "processor_email": left, "loonheffingennummer": loonheffingennummer(60_310)}
    await onboarding.publish([form_record("moved-asked", request | chosen)])
    form = loket_form(60_310, kind="employer_registration", processor_name="Kantoor", email=here)
    await onboarding.publish([form_record("moved-bakery", form)])
    branch = {**form, "email": left, "connections": [{"employer_code": "60311"}]}
    await onboarding.settled([asked], 2)
    await onboarding.publish([form_record("moved-held", branch)])
    assert list(await onboarding.letters(me, 1)) == ["registration-held cycle 1 reminder 0"]
    assert list(await onboarding.letters(held, 2)) == ["registration-held cycle 1 reminder 0"]

    move = ("processors", "move", quoted, "--from", left)
    plan = await koppeling(onboarding, *move)
    assert (plan.code, reference(asked) in plan.out, "nothing was changed" in plan.out) == (0, True, True)
    done = await koppeling(onboarding, *move, "--apply", "--reason", "called")
    assert done.code == 0, done.err
    assert RECEIPT in await onboarding.letters(me, 3)
    assert here in (await onboarding.letters(asked, 3))["link-request-received cycle 2"].text
    assert (await onboarding.letters(held, 4))["registration-received cycle 2"].recipient == here
    again = await koppeling(onboarding, *move, "--apply", "--reason", "called")
    assert (again.code, "no held registration names that address" in again.err) == (1, True)


@pytest.mark.parametrize("what", ["confirm", "decline"])
async def test_a_reference_of_nobody_or_of_no_processor_is_named(what: str, onboarding: Onboarding) -> None:
    said: Said = await koppeling(onboarding, "processors", what, reference("nobody"), *WHY)
    assert (said.code, said.out) == (1, "")
    assert f"there is no processor with reference {reference('nobody')}" in said.err
