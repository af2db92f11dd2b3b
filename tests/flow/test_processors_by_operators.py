"""Processors reviewed by a.s.r.'s back office, on everything that is real."""

import asyncio
import json
import subprocess
from shlex import join

import pytest
from commands import MORE, Said, command, koppeling
from onboarding import SOURCE, Onboarding, form_record

from ops.terminal.output import COLUMNS
from sandbox.waiting import until
from schemas.ids import reference, registration_id

pytestmark = pytest.mark.sandbox

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
    assert (other.code, "it is called otherwise by now" in other.err) == (1, True)
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


@pytest.mark.parametrize("what", ["confirm", "decline"])
async def test_a_reference_of_nobody_or_of_no_processor_is_named(what: str, onboarding: Onboarding) -> None:
    said: Said = await koppeling(onboarding, "processors", what, reference("nobody"), *WHY)
    assert (said.code, said.out) == (1, "")
    assert f"no processor is known by {reference('nobody')}" in said.err
