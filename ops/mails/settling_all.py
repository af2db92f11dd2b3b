"""Settles all uncertain mails at once, by the Message-IDs that the mail server's log says were accepted."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import click

from ops.actions.action import Change, record_actions
from ops.actions.applying import not_applied
from ops.mails.ledger_mail import LedgerMail, ledger_mails
from ops.mails.planned_anew import check_not_forced, forced
from ops.mails.settlement import Verdict, settle, stands_for, verdict_s, why_not
from ops.replay.queue import say_what_holds
from ops.servers.administrator import Database, changing, looking
from ops.terminal.counted import counted
from ops.terminal.output import say, wrapped
from schemas.flow import NOTIFIER
from services.notifier.ledger import Status

UNCERTAIN = 10_000
"""How many are settled at once."""
_COMPRESSED = b"\x1f\x8b"
"""What a gzip file begins with."""


class MailLog(NamedTuple):
    """What a log tells, which ends at `until`. `begun`: mails that it names, without saying that they were accepted."""

    accepted: frozenset[UUID]
    begun: frozenset[UUID]
    until: datetime | None = None


class Compared(NamedTuple):
    """The uncertain mails, sorted by a log.

    `early`: mails that are not settled yet, as their senders may still report now, or could when the log ended.
    """

    sent: Sequence[LedgerMail]
    not_sent: Sequence[LedgerMail]
    early: Sequence[LedgerMail]

    @property
    def settles(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.sent or self.not_sent)


def read_log(log: Path) -> MailLog:
    """What this log file tells. Raises ClickException where it is compressed, as rotated logs are."""
    with log.open("rb") as start:
        if start.read(len(_COMPRESSED)) == _COMPRESSED:
            raise click.ClickException(f"{log} is compressed: `gunzip --keep` unpacks it and keeps its time")
    until = datetime.fromtimestamp(log.stat().st_mtime, UTC)
    with log.open(encoding="utf-8", errors="replace") as lines:
        return mails_in_log(lines)._replace(until=until)


def mails_in_log(lines: Iterable[str]) -> MailLog:
    """The mails whose Message-IDs are in the log: a mail's is its id, @, and a domain.

    Postfix logs a Message-ID once it has read the header, under a queue id; queue ids are used again for later
    messages. Only a message that arrived whole enters the active queue, so that line says that it was accepted. Other
    lines with a Message-ID do not, such as those of a spam filter, which sees messages that are then refused. In a log
    that is not Postfix's, every mail that is named counts as accepted.
    """
    noted: dict[str, set[UUID]] = {}
    elsewhere, begun, accepted = set[UUID](), set[UUID](), set[UUID]()
    of_postfix = False
    for line in lines:
        named = {UUID(found) for found in _MESSAGE_ID.findall(line)}
        if header := _HEADER_READ.search(line):
            of_postfix = True
            begun |= named
            if named:
                noted[header[1]] = named
            else:
                noted.pop(header[1], None)
        elif queued := _QUEUED.search(line):
            accepted |= noted.get(queued[1], set())
        else:
            elsewhere |= named
    if not of_postfix:
        return MailLog(frozenset(elsewhere), frozenset())
    return MailLog(frozenset(accepted), frozenset((begun | elsewhere) - accepted))


def compared(
    mails: Sequence[LedgerMail], log: Collection[UUID], now: datetime, patience_s: float, until: datetime | None = None
) -> Compared:
    """Which of these mails were sent, by this log, which tells nothing of what was accepted after its end."""
    ready: list[LedgerMail] = []
    early: list[LedgerMail] = []
    for mail in mails:
        looked_at = now if until is None or mail.id in log else min(now, until)
        (ready if why_not(mail, looked_at, patience_s) is None else early).append(mail)
    return Compared([one for one in ready if one.id in log], [one for one in ready if one.id not in log], early)


def comparison_lines(found: Compared, begun: Collection[UUID]) -> Iterator[str]:
    """What would come of it. `begun`: as in `MailLog`."""
    if not found.settles:
        yield "no mail can be settled now" if found.early else "no mail is uncertain"
    else:
        yield from wrapped(f"{len(found.sent)} stand in the log as accepted: they end as SENT, and nothing is sent")
        yield from wrapped(
            f"{len(found.not_sent)} do not: each ends as FAILED, is planned anew and sent within seconds, unless "
            "another row stands for it. Whoever has one that this log does not reach back to has it twice then"
        )
    if cut := sum(mail.id in begun for mail in found.not_sent):
        yield from wrapped(f"of these {cut} have a Message-ID in the log, but no line that says (queue active)")
    if found.early:
        left = f"{len(found.early)} are left out: their senders may still report, or could when LOG was written last"
        yield from wrapped(left)


def check_confirmed(found: Compared, not_sent: int | None, sent: int | None) -> None:
    """Raises ClickException unless the operator confirmed how many would be sent, and how many would end as SENT."""
    would_be_sent, end_as_sent = len(found.not_sent), len(found.sent)
    if (not_sent or 0, sent or 0) != (would_be_sent, end_as_sent):
        raise click.ClickException(
            f"{counted(would_be_sent, 'mail')} would be sent and {end_as_sent} end as SENT, which was not confirmed: "
            f"nothing was changed. If that is right, also type --confirm {would_be_sent} --confirm-sent {end_as_sent}"
        )


def _to_confirm(found: Compared) -> Iterator[str]:
    """The options that confirm this."""
    if found.not_sent:
        yield f"--confirm {len(found.not_sent)}"
    if found.sent:
        yield f"--confirm-sent {len(found.sent)}"


async def _settle_all(database: Database, found: Compared, why: str, patience_s: float) -> None:
    """Do it inside one transaction. Raises ClickException as `settle`; nothing is changed then.

    Mails are locked in the order of their ids, as everywhere, so that two such commands wait for each other instead of
    ending in a deadlock.
    """
    verdicts = [(mail, Verdict.SENT) for mail in found.sent] + [(mail, Verdict.NOT_SENT) for mail in found.not_sent]
    changes: dict[Verdict, list[Change]] = {verdict: [] for verdict in Verdict}
    for mail, verdict in sorted(verdicts, key=lambda one: one[0].id):
        changes[verdict].append(await settle(database, mail, verdict, patience_s))
    for verdict, of_these in changes.items():
        await record_actions(database, verdict.deed, why, of_these)


async def _check_log(database: Database, log: MailLog) -> None:
    """Raises ClickException where the log names no known mail: it is empty, or not the log of our mail server."""
    if not await database.fetchval(_KNOWN, list(log.accepted | log.begun)):
        raise click.ClickException(
            "no mail of ours is named in this log: nothing was changed. Is it that of the mail server, and whole? "
            "Did the server accept none at all, type --none-accepted as well"
        )


async def settle_uncertain(
    url: str,
    log: MailLog,
    confirmed: tuple[int | None, int | None],
    why: str | None,
    *,
    none_accepted: bool = False,
) -> None:
    """Show what would come of it; do it when there is a reason, and both numbers are confirmed.

    Raises:
        ClickException: as `check_confirmed` and `check_not_forced`; or the log names no mail of ours, and
            `none_accepted` is not set.
    """
    patience_s = verdict_s()
    uncertain = await ledger_mails(url, limit=UNCERTAIN, status=Status.UNCERTAIN)
    until = None if none_accepted else log.until
    found = compared(uncertain, log.accepted, datetime.now(UTC), patience_s, until)
    click.echo("\n".join(comparison_lines(found, log.begun)))
    if sum(map(len, found)) == UNCERTAIN:
        say(f"these are the newest {UNCERTAIN}: type it again afterwards")
    if found.not_sent:
        async with looking(url) as database:
            brought = await forced(database, found.not_sent)
            await check_not_forced(database, *[one for one in brought if await stands_for(database, one) is None])
            await say_what_holds(database, NOTIFIER.name)
            if not none_accepted:
                await _check_log(database, log)
    if why is None:
        if found.settles:
            say(not_applied(*_to_confirm(found)))
        return
    check_confirmed(found, *confirmed)
    async with changing(url) as database:
        await _settle_all(database, found, why, patience_s)
    say(f"{len(found.sent)} are settled as sent, {len(found.not_sent)} as not sent")


_KNOWN = "select exists (select from notifier.effect where id = any($1::uuid[]))"
_MESSAGE_ID = re.compile(r"\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
_HEADER_READ = re.compile(r"\b(\w+): message-id=")
_QUEUED = re.compile(r"\b(\w+): from=.*\(queue active\)")
