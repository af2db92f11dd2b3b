"""What the demo tells at its end: the confirmations as they lie in the mailbox, and what was to go otherwise."""

import re
from collections.abc import Iterator, Sequence
from textwrap import shorten, wrap
from uuid import UUID

from ops.demonstration.course import Situation
from ops.evidence import ledger_id
from ops.output import COLUMNS
from ops.registration import RegistrationView
from ops.stage import Stage
from sandbox.mail_index import Mail

_FIRST_EXCHANGE = re.compile(r"^Eerste uitwisseling: (.+)$", re.MULTILINE)


def report_lines(situation: Situation, mails: Sequence[Mail], confirmations: frozenset[UUID]) -> Iterator[str]:
    """Lines of at most 80 columns. `confirmations` are the ledger's rows that confirm a connection."""
    yield "In the mailbox: the confirmation of each realised connection"
    for mail in mails:
        if ledger_id(mail) in confirmations:
            yield from _mail(mail)
    yield ""
    yield "As it should be otherwise"
    for part, view in zip(situation.parts, situation.views, strict=True):
        if part.scenario.ends is not Stage.REALISED:
            yield from _ended(view)
    for row in situation.parked:
        yield from _point("parked", f"{row.topic} {row.partition} @ {row.offset} by {row.service}: {row.reason}")


def _mail(mail: Mail) -> Iterator[str]:
    found = _FIRST_EXCHANGE.search(mail.text)
    day = found[1] if found else "no first exchange named"
    yield f"  {mail.recipient}: {day}"
    yield f"    {shorten(mail.subject, COLUMNS - 4, placeholder='…')}"


def _ended(view: RegistrationView) -> Iterator[str]:
    codes = ", ".join(dict.fromkeys(reason.code for reason in view.why))
    mails = ", ".join(f"{mail.kind} {mail.status}" for mail in view.mails)
    yield from _point(view.stage.words, f"{view.reference} {view.company_name}: {codes}; mail {mails}")


def _point(label: str, text: str) -> Iterator[str]:
    yield from wrap(text, COLUMNS, initial_indent=f"  {label:<9} ", subsequent_indent=" " * 12)
