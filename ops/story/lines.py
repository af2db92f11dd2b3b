"""A registration's story as lines for the terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from ops.parked.row import ParkedRow
from ops.story.mail_view import MailView, to_reader
from ops.story.next_step import NOTHING_KNOWN
from ops.story.reason import Reason
from ops.story.registration_view import ConnectionView, RegistrationView
from ops.terminal.age import age, minute, moment
from ops.terminal.output import wrapped

_MARGIN = 13


def story_lines(view: RegistrationView, now: datetime) -> Iterator[str]:
    """All lines: where it stands, what happened, why, and what comes next; connections, mails and parked records."""
    name = view.company_name or "(company unknown)"
    yield from wrapped(f"{view.reference}  {name}  ({view.package or 'package unknown'})")
    yield from _entry("registration", [view.registration])
    stands = "only a parked record is known" if view.next == NOTHING_KNOWN else view.listed.stage_words
    yield from _entry("stage", [f"{stands}, since {moment(view.since)} ({age(now - view.since)})"])
    if not view.happened:
        yield from _entry("before", (f"{one.stage.words} {moment(one.since)}" for one in view.trail[:-1]))
    yield from _entry("happened", (f"{minute(one.at)}  {one.text}" for one in view.happened))
    yield from _entry("why", (_reason(reason) for reason in view.why))
    yield from _entry("look at", (_reason(reason) for reason in view.attention))
    yield from _entry(
        "next", [f"{view.next.code} ({view.next.who}): {view.next.text}", *(f"- {step}" for step in view.next.steps)]
    )
    yield from _entry("connections", (line for one in view.connections for line in _connection(one, view)))
    yield from _entry("mails", (_mail(mail) for mail in view.mails))
    yield from _entry("parked", _parked(view.parked))


def _entry(label: str, texts: Iterable[str]) -> Iterator[str]:
    for index, text in enumerate(texts):
        head = label if index == 0 else ""
        yield from wrapped(text, head.ljust(_MARGIN), " " * (_MARGIN + 2))


def _reason(reason: Reason) -> str:
    return f"{reason.code}: {reason.text}"


def _connection(one: ConnectionView, view: RegistrationView) -> Iterator[str]:
    exchange = f", first exchange {one.first_exchange_on}" if one.first_exchange_on else ""
    yield f"{one.connection}. {one.employer_code} {one.stage.words} {minute(one.since)}{exchange}"
    if one.why != view.why:
        yield from (f"- {_reason(reason)}" for reason in one.why)


def _mail(mail: MailView) -> str:
    to = to_reader(mail.role, elsewhere=mail.elsewhere)
    return f"{mail.kind}, {mail.occasion}, {to}: {mail.status} {minute(mail.at)}"


def _parked(rows: Iterable[ParkedRow]) -> Iterator[str]:
    """One line for each reason: a publisher that repeats an id can have thousands parked for the same one."""
    for (what, advice), count in Counter((f"{row.service}: {row.reason}", row.advice) for row in rows).items():
        yield f"{what}{f', {count} x' if count > 1 else ''}; {advice}"
