"""Everything that the runbook tells to type, typed in the page's order on a scene where something is wrong.

What stands for something on the page (an ID, a REF, a day) is taken from the scene at that moment; the rest is typed as
it stands. So a command that the page has is run, or this fails. What needs another scene has a test of its own.
"""

import re
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from commands import EVERYTHING, koppeling
from forms import loket_form, loonheffingennummer
from onboarding import SOURCE, Onboarding, form_record
from runbook_page import ELSEWHERE, RUNBOOK, blocks

from payroll.amsterdam import AMSTERDAM
from sandbox.waiting import until
from schemas.ids import reference, registration_id

SERVICE = "timeline"
RELEASE = "1.4.0"
MISLED = "processor-reviewed"
"""A topic that one service reads, and where a form is none of its events."""
ILLEGIBLE = "NOT_JSON"
PROCESSOR = {
    "kind": "processor_registration",
    "package": "exact",
    "company_name": "Kantoor Draaiboek",
    "email": "draaiboek@kantoor.example",
}
ADDRESS = "kas@elders.example"
REQUEST = {
    "kind": "link_request",
    "company_name": "Bakkerij Draaiboek",
    "email": "kas@draaiboek.example",
    "processor_name": "Kantoor Draaiboek",
    "processor_email": ADDRESS,
    "loonheffingennummer": loonheffingennummer(60_320),
}
FILES = {
    "clients.csv": "processor_email,raamwerkcontractnummer,loonheffingennummer\n"
    "draaiboek@kantoor.example,A0209871,123456782L02\n",
    "policies.csv": "raamwerkcontractnummer,loonheffingennummer,policy_numbers,products,starts_on,insured_groups,"
    "salary_notion,mandate_present\nA0209871,123456782L02,P-1,WIA Excedent,2026-01-01,,SV-loon,yes\n",
}
ODD = "CONTRADICTION"
FIXED = {"SERVICE": SERVICE, "KIND": "policy-awaited", "ADDRESS": ADDRESS, ODD: ODD}
"""What stands for the same in every command; a code, for itself."""
FOUND_SOMETHING = {"audit": {0, 1}}
"""What may end otherwise than with 0: of an audit the page says that 1 is a finding, and other tests leave some."""


class Scene:
    """A parked record, a killed replay, two uncertain mails; a registration that is lost on the way, one that waits.

    And one with which all is well, a processor that waits for its review, an employer that asked for it at another
    address, and files of a.s.r.'s in `folder`.
    """

    def __init__(self, onboarding: Onboarding, folder: Path) -> None:
        self.onboarding = onboarding
        self.folder = folder
        self.begun = datetime.now(AMSTERDAM) - timedelta(seconds=1)
        self.attempts = 1
        self.mails: list[str] = []

    async def set_up(self) -> None:
        """Let it all happen."""
        names = [f"runbook-{n}" for n in range(4)]
        forms = {name: loket_form(98_000 + n) for n, name in enumerate(names)}
        self.well, self.lost, *self.doubtful = await self.onboarding.submit(forms)
        await self.onboarding.publish([form_record("runbook-waits", loket_form(98_005))])
        self.waiting = registration_id(SOURCE, "runbook-waits")
        await self.onboarding.publish([form_record("runbook-processor", PROCESSOR)])
        self.processor = registration_id(SOURCE, "runbook-processor")
        await self.onboarding.publish([form_record("runbook-asks", REQUEST)])
        await self.onboarding.settled([self.waiting, self.processor, registration_id(SOURCE, "runbook-asks")], 5)
        for name, content in FILES.items():
            (self.folder / name).write_text(content, "utf-8")
        assert await self.onboarding.confirmations([self.well, self.lost, *self.doubtful]) == [1] * 4
        await self.onboarding.all_said([self.well, self.lost, *self.doubtful])
        (record,) = await self.onboarding.said("policy-enriched", self.well)
        self.lane, self.offset = record.partition, record.offset
        (replay,) = await self.onboarding.query(_KILLED_REPLAY)
        self.replay = str(replay["id"])
        self.mails = [str(row["id"]) for row in await self.onboarding.query(_UNCERTAIN, self.doubtful)]
        await self.onboarding.publish([form_record("of-the-runbook", loket_form(98_004))], topic=MISLED)
        self.parked = (await self._parked())["id"]
        await self.onboarding.publish([replace(form_record("no-json", loket_form(98_006)), value=b"{")])

    async def before(self, words: list[str]) -> None:
        """What has to be wrong for this command to make sense."""
        if words[:3] == ["parked", "retry", "--release"]:
            mark = "update intake.redelivery set release = $1 where id::text = $2"
            await self.onboarding.query(mark, RELEASE, (await self._parked())["id"])
        if words[:2] == ["processors", "move"]:
            await self._confirmed()
        if words[:2] == ["parked", "discard"]:
            await self._illegible()
        if words == ["brake", "list"]:
            await self.onboarding.query(_PULLED, RELEASE)
        if words == ["mails", "list", "--status", "failed"]:
            (failed,) = await self.onboarding.query(_FAILED, self.waiting)
            self.failed = str(failed["id"])
        if words == ["stuck", "--redrive"]:
            await self.onboarding.query("delete from enrichment.journal where subject = $1", self.lost)
            await self.onboarding.query("delete from enrichment.state where key = $1", self.lost)

    async def after(self, words: list[str]) -> None:
        """Note what was done: what cannot be read is parked again, as its next attempt."""
        if words[:2] == ["parked", "retry"] and "--apply" in words:
            self.attempts += 1

    async def filled(self, words: list[str]) -> list[str]:
        """The words with what they stand for here."""
        found = [await self._stands_for(word, words) for word in words]
        for option, value in (("--lane", self.lane), ("--from", self.offset), ("--to", self.offset)):
            if words[0] == "replay" and option in found:
                found[found.index(option) + 1] = str(value)
        return found

    async def _stands_for(self, word: str, words: list[str]) -> str:
        mail = self._failed if "resend" in words else self._mail
        ids = {"parked": self._parked_id, "replay": self._replay_id, "mails": mail}
        names: dict[str, Callable[[], Awaitable[str]]] = {
            "ID@ATTEMPT": self._handle,
            "GROUP": self._group,
            "ID": ids.get(words[0], self._nothing),
            "N": self._illegible,
        }
        if word in names:
            return await names[word]()
        if word == "REF":
            others = {"policies": self.waiting, "mails": self.waiting, "processors": self.processor}
            return reference(others.get(words[0], self.well))
        fixed = FIXED | {name: str(self.folder / name) for name in FILES}
        if word in fixed:
            return fixed[word]
        if re.fullmatch(r"\d{4}-\d\d-\d\d", word):
            return f"{self.begun:%Y-%m-%d}"
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", word):
            later = words[words.index(word) - 1] == "--until"
            return (self.begun + timedelta(days=later)).isoformat()
        assert not re.search(r"\b[A-Z]{2,}\b", word) or " " in word, f"nothing in the scene stands for {word}"
        return word

    async def _parked(self) -> Any:
        async def ask() -> Any:
            rows = (await koppeling(self.onboarding, "parked", "list", "--service", "intake", *EVERYTHING)).json
            mine = [row for row in rows if row["topic"] == MISLED and row["attempts"] == self.attempts]
            return next((row for row in mine if row["retry_at"] is None), None)

        return await until(ask, deadline_s=30, missing="the record is not parked")

    async def _handle(self) -> str:
        return f"{(await self._parked())['id']}@{self.attempts}"

    async def _confirmed(self) -> None:
        async def ask() -> bool:
            return bool(await self.onboarding.query(_CONFIRMED, self.processor))

        await until(ask, deadline_s=30, missing="the processor is not confirmed")

    async def _illegible(self) -> str:
        async def ask() -> str | None:
            rows = (await koppeling(self.onboarding, "parked", "list", "--because", ILLEGIBLE, *EVERYTHING)).json
            return str(len(rows)) if rows else None

        return await until(ask, deadline_s=30, missing="what is no JSON is not parked")

    async def _group(self) -> str:
        return str((await self._parked())["group"])

    async def _parked_id(self) -> str:
        return str(self.parked)

    async def _replay_id(self) -> str:
        return self.replay

    async def _mail(self) -> str:
        return self.mails.pop()

    async def _failed(self) -> str:
        return self.failed

    async def _nothing(self) -> str:
        raise AssertionError("this command takes no ID that the scene has")


def test_every_line_that_is_told_to_be_typed_is_in_a_block_that_is_typed_here() -> None:
    lines = [line for line in RUNBOOK.read_text("utf-8").splitlines() if line.startswith("$ ")]
    typed = [words for fence in ("console", *ELSEWHERE) for block in blocks(fence) for words in block]
    assert len(typed) == len(lines) > len(FOUND_SOMETHING)


@pytest.mark.parametrize("words", [["mails", "settle", "TOKEN", "sent"], ["brake", "release", "ID"]])
async def test_what_the_scene_has_nothing_for_is_noticed(
    words: list[str], onboarding: Onboarding, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError, match="the scene"):
        await Scene(onboarding, tmp_path).filled(words)


async def test_every_command_of_the_runbook_does_what_it_is_told_for(
    onboarding: Onboarding, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KOPPELING_SILENCE_S", '{"accepted": 0}')
    scene = Scene(onboarding, tmp_path)
    await scene.set_up()
    for words in (words for block in blocks("console") for words in block):
        await scene.before(words)
        typed = await scene.filled(words)
        said = await koppeling(onboarding, *typed)
        assert said.code in FOUND_SOMETHING.get(words[0], {0}), f"{shlex.join(typed)}\n{said.out}\n{said.err}"
        await scene.after(words)
    await settled(scene)


async def settled(scene: Scene) -> None:
    """Nothing that was wrong is wrong any more, and nobody was mailed but who was to be."""
    rows = (await koppeling(scene.onboarding, "parked", "list", "--service", "intake", *EVERYTHING)).json
    assert scene.parked not in [row["id"] for row in rows]
    stuck = (await koppeling(scene.onboarding, "stuck", "--json")).json
    assert scene.lost not in [row["registration"] for row in stuck]
    assert scene.mails == []
    again = await scene.onboarding.query(_MAILED_AGAIN, [scene.well, scene.lost, *scene.doubtful])
    assert sorted(row["subject"] for row in again) == sorted([scene.well, again_planned(scene, again)])


def again_planned(scene: Scene, again: list[Any]) -> str:
    """Of the two uncertain mails the one that was settled as not sent."""
    (found,) = {row["subject"] for row in again} & set(scene.doubtful)
    return str(found)


_KILLED_REPLAY = """
insert into operations.replay (id, service, topic, asked, ranges, positions)
values (gen_random_uuid(), 'timeline', 'policy-enriched', 'policy-enriched through timeline, lanes 11, of the runbook',
  '{"11": [0, 9]}', '{"11": 4}') returning id
"""
_UNCERTAIN = """
update notifier.effect set status = 'UNCERTAIN', finished_at = null, body_started_at = now() - interval '600 s'
where subject = any($1) and kind = 'link-realised' returning id
"""
_CONFIRMED = "select from intake.state where key = $1 and document ->> 'answer' = 'confirmed'"
_PULLED = "insert into timeline.brake (release, pulled_at, reason) values ($1, now(), 'DEFECT_KeyError')"
_FAILED = """
update notifier.effect set status = 'FAILED', reply = 'RCPT 452'
where subject = $1 and kind = 'registration-received' returning id
"""
_MAILED_AGAIN = "select subject from notifier.effect where subject = any($1) and epoch > 0"
