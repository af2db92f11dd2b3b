"""Plays the demo's people: customers and processors, who send forms when a mail tells them to, and the back office."""

from collections.abc import Sequence

from ops.demonstration.cast import Part, with_code
from ops.demonstration.post import post, post_confirmation
from ops.demonstration.situation import Situation
from sandbox.endpoints import Endpoints
from sandbox.mail_index import read_mailbox
from services.monitor.stage import Stage


class Players:
    """Each of them does once what the situation asks for."""

    def __init__(self, endpoints: Endpoints, parts: Sequence[Part]) -> None:
        self._endpoints = endpoints
        self._by_form = {part.scenario.form: part for part in parts}
        self._reviewed: set[str] = set()

    @staticmethod
    def due(situation: Situation, sent: frozenset[str]) -> list[Part]:
        """The parts whose mails have gone out, without those `sent` already (registrations)."""
        mailed = situation.mailed
        return [
            part for part in situation.parts if part.registration not in sent and mailed.issuperset(part.scenario.after)
        ]

    async def send(self, parts: Sequence[Part]) -> list[str]:
        """Send the parts' forms; returns lines about them once Kafka has acknowledged all."""
        await post(self._endpoints.kafka.access, [self._as_typed(part) for part in parts])
        corrected = [self._by_form[part.scenario.corrects] for part in parts if part.scenario.corrects]
        return [
            f"{part.ready.event.form['company_name']} sends the code from the mail: it is done" for part in corrected
        ]

    async def review(self, situation: Situation) -> list[str]:
        """Confirm the processors that have applied; returns lines about that."""
        notes = []
        for part, view in zip(situation.parts, situation.views, strict=True):
            if view.stage is Stage.PROCESSOR_APPLIED and part.registration not in self._reviewed:
                self._reviewed.add(part.registration)
                await post_confirmation(self._endpoints.kafka.access, part)
                notes.append(f"a.s.r. confirms {view.company_name}")
        return notes

    def _as_typed(self, part: Part) -> Part:
        if part.scenario.corrects is None:
            return part
        return with_code(part, self._by_form[part.scenario.corrects], read_mailbox(self._endpoints.mailbox))
