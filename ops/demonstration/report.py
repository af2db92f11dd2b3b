"""What the demo tells at its end: the confirmations as they lie in the mailbox, and what was to go otherwise."""

import re
from collections.abc import Iterator, Sequence
from textwrap import wrap
from uuid import UUID

from ops.demonstration.course import KILLED, Situation
from ops.evidence import ledger_id
from ops.output import COLUMNS, shorten
from ops.registration import RegistrationView
from ops.stage import Stage
from sandbox.mail_index import Mail

_FIRST_EXCHANGE = re.compile(r"^Eerste uitwisseling: (.+)$", re.MULTILINE)
_EMPLOYER_CODE = re.compile(r"^Werkgeverscode: (.+)$", re.MULTILINE)


def report_lines(situation: Situation, mails: Sequence[Mail], confirmations: frozenset[UUID]) -> Iterator[str]:
    """Lines of at most 80 columns. `confirmations` are the ledger's rows that confirm a connection."""
    yield "In the mailbox, for each realised connection:"
    for mail in mails:
        if ledger_id(mail) in confirmations:
            yield from _mail(mail)
    yield "And otherwise, as it should:"
    for part, view in zip(situation.parts, situation.views, strict=True):
        if part.scenario.asks:
            yield from _point("asked", f"{_named(view)}: mail {_mails(view)}")
        elif part.scenario.ends is not Stage.REALISED:
            codes = ", ".join(dict.fromkeys(reason.code for reason in view.why))
            yield from _point(view.stage.words, f"{_named(view)}: {codes}; mail {_mails(view)}")
    for row in situation.parked:
        yield from _point("parked", f"{row.topic} {row.partition} @ {row.offset} by {row.service}: {row.reason}")
    if situation.killed:
        yield from _point("killed", f"{KILLED}, process {situation.killed}; its work went on in {situation.revived}")


def _mail(mail: Mail) -> Iterator[str]:
    yield f"  {mail.recipient}: first exchange {_said(_FIRST_EXCHANGE, mail)}"
    yield shorten(f"    {mail.subject} ({_said(_EMPLOYER_CODE, mail)})", COLUMNS)


def _said(pattern: re.Pattern[str], mail: Mail) -> str:
    found = pattern.search(mail.text)
    return found[1].strip() if found else "not named"


def _named(view: RegistrationView) -> str:
    return f"{view.reference} {view.company_name}"


def _mails(view: RegistrationView) -> str:
    return ", ".join(f"{mail.kind} {mail.status}" for mail in view.mails) or "none"


def _point(label: str, text: str) -> Iterator[str]:
    yield from wrap(text, COLUMNS, initial_indent=f"  {label:<9} ", subsequent_indent=" " * 12)
