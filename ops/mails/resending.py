"""Sends a mail again because a human asks for it: to the same address, or to another one.

The mail's own row stays as it ended.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import click

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED
from ops.mails.ledger_mail import LedgerMail, mail_lines
from ops.mails.meant import SeveralMailsError, check_id_named, mails_meant
from ops.mails.planned_anew import ANEW, check_not_forced, lock_epochs, newer_epoch, plan_anew, planned_before
from ops.mails.taking_back import accepted_before, in_place_of
from ops.replay.queue import say_what_holds
from ops.servers.administrator import Database, changing, looking
from ops.terminal.output import say, wrapped
from schemas.flow import NOTIFIER
from services.notifier.ledger import Status

_ENDED = (Status.SENT, Status.FAILED)


def one_of(mails: Sequence[LedgerMail], target: str) -> LedgerMail:
    """The newest epoch of the one mail that these rows are.

    Raises:
        ClickException: there is no mail, or there are several.
    """
    newest = {mail.same: mail for mail in sorted(mails, key=lambda mail: mail.epoch)}
    if not newest:
        raise click.ClickException(f"there is no such mail for {target!r}: `koppeling mails list` shows all")
    if len(newest) > 1:
        raise SeveralMailsError(target, newest.values(), "name one by its id, or by --kind")
    return next(iter(newest.values()))


def those_named(mails: Sequence[LedgerMail], target: str, kind: str | None, occasion: str | None) -> list[LedgerMail]:
    """The mails of this kind and occasion, where given.

    Raises:
        ClickException: there are mails, but none of this kind and occasion.
    """
    named = [mail for mail in mails if kind in (None, mail.kind) and occasion in (None, mail.occasion)]
    if mails and not named:
        known = "\n".join(sorted({f"  {mail.kind}, {mail.occasion}" for mail in mails}))
        raise click.ClickException(f"{target} has no such mail; it has these kinds and occasions:\n{known}")
    return named


def why_not(mail: LedgerMail, newer: LedgerMail | None) -> str | None:
    """Why this mail cannot be sent again now; None when it can. `newer`: the row that it was planned anew as before."""
    if refusal := planned_before(newer):
        return refusal
    if mail.status is Status.UNCERTAIN:
        return "this mail is UNCERTAIN: settle it first"
    return None if mail.status in _ENDED else f"this mail is {mail.status}: it goes out by itself"


def resending_lines(mail: LedgerMail, to: str | None, now: datetime) -> Iterator[str]:
    """What would come of it; never the address."""
    yield from mail_lines([mail], now)
    where = "the address that you typed" if to else "the same address"
    code = (
        " Its correction code goes there too: be sure whose address it is." if to and mail.role == "applicant" else ""
    )
    yield from wrapped(f"the same mail is planned anew and sent within seconds, to {where}.{code}")


async def plan_again(database: Database, mail: LedgerMail, to: str | None) -> Change:
    """Plan it anew inside a transaction; returns what is to be recorded of it.

    Raises:
        ClickException: the row has changed since it was read; nothing is done.
    """
    await lock_epochs(database, mail)
    anew = await plan_anew(database, mail, to)
    before = mail.model_dump(mode="json", include={"status", "kind", "occasion", "role", "epoch"})
    after = {**anew, "address": "another" if to else "the same"}
    return Change(NOTIFIER.name, str(mail.id), mail.registration, before, after)


async def resend(database: Database, mail: LedgerMail, to: str | None, why: str) -> str:
    """Plan it anew and record that; returns the new row's id."""
    change = await plan_again(database, mail, to)
    await record_actions(database, Deed.RESEND, why, [change])
    return str(change.after[ANEW])


async def resend_one(
    url: str, target: str, which: tuple[str | None, str | None], to: str | None, why: str | None
) -> None:
    """Show what would come of it; do it when there is a reason. `which`: the kind and the occasion, where named.

    Raises:
        ClickException: `target` does not mean exactly one mail, or that mail cannot be sent again now.
        UsageError: it is to be done, but `target` is no mail's id.
    """
    async with looking(url) as database:
        found = await mails_meant(database, target)
        mail = one_of(those_named(found, target, *which), target)
        if why is not None:
            check_id_named(target, mail)
        newer = await newer_epoch(database, mail)
        click.echo("\n".join(resending_lines(mail, to, datetime.now(UTC))))
        if sent := await accepted_before(database, mail):
            say(f"{in_place_of(sent)}: its recipient has that one")
        if refusal := why_not(mail, newer):
            raise click.ClickException(refusal)
        await check_not_forced(database, mail)
        await say_what_holds(database, NOTIFIER.name)
    if why is None:
        say(NOT_APPLIED)
        return
    async with changing(url) as database:
        anew = await resend(database, mail, to, why)
    say(f"{mail.id} is planned anew as {anew}")
