"""The demo's report at its end: the confirmations in the mailbox, and the forms that were meant to go otherwise."""

import re
from collections.abc import Iterator, Sequence
from uuid import UUID

from ops.demonstration.cast import Part
from ops.demonstration.confirmations import ledger_id
from ops.demonstration.situation import KILLED, Situation
from ops.story.registration_view import RegistrationView
from ops.terminal.output import wrapped
from sandbox.mail_index import Mail
from services.monitor.stage import Stage

_FIRST_EXCHANGE = re.compile(r"^Eerste uitwisseling: (.+)$", re.MULTILINE)
_EMPLOYER_CODE = re.compile(r"^Werkgeverscode: (.+)$", re.MULTILINE)

_ON_THE_WAY = {"registration-held": "held", "policy-awaited": "waited", "customer-action-needed": "asked"}
_ENDED = {
    Stage.PROCESSOR_CONFIRMED: "confirmed",
    Stage.LINK_REQUESTED: "requested",
    Stage.PASSED_ON: "corrected",
    Stage.REFUSED: "refused",
    Stage.REJECTED: "rejected",
}


def report_lines(situation: Situation, mails: Sequence[Mail], confirmations: frozenset[UUID]) -> Iterator[str]:
    """The report as lines for the terminal. `confirmations`: ids of the ledger's rows that confirm a connection."""
    yield "In the mailbox, for each realised connection:"
    for mail in mails:
        if ledger_id(mail) in confirmations:
            yield from _mail(mail)
    yield "And otherwise, as it should:"
    for part, view in zip(situation.parts, situation.views, strict=True):
        first = next((word for kind, word in _ON_THE_WAY.items() if kind in part.scenario.on_the_way), None)
        if label := first or _ENDED.get(view.stage):
            yield from _point(label, f"{_named(view)}: {'; '.join(_how(part, view))}")
    for row in situation.parked:
        yield from _point("parked", f"{row.topic} {row.partition} @ {row.offset} by {row.service}: {row.reason}")
    if situation.killed:
        yield from _point("killed", f"{KILLED}, process {situation.killed}; its work went on in {situation.revived}")


def _mail(mail: Mail) -> Iterator[str]:
    yield from wrapped(f"{mail.recipient}: first exchange {_said(_FIRST_EXCHANGE, mail)}", "  ", " " * 6)
    yield from wrapped(f"{mail.subject} ({_said(_EMPLOYER_CODE, mail)})", " " * 4, " " * 6)


def _said(pattern: re.Pattern[str], mail: Mail) -> str:
    found = pattern.search(mail.text)
    return found[1].strip() if found else "not named"


def _named(view: RegistrationView) -> str:
    return f"{view.reference} {view.company_name or ''}".rstrip()


def _how(part: Part, view: RegistrationView) -> Iterator[str]:
    yield from dict.fromkeys(reason.code for reason in view.why)
    if part.scenario.corrects:
        yield part.scenario.shows
    if view.mails:
        yield "mail " + ", ".join(f"{mail.kind} {mail.status}" for mail in view.mails)


def _point(label: str, text: str) -> Iterator[str]:
    head, margin = f"  {label:<9} ", " " * 12
    yield from wrapped(text, head, margin)
