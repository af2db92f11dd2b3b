"""`koppeling mails`: list, uncertain, settle, settle-all, hold-back, resend and preview."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from ops.actions.action import record_actions
from ops.actions.applying import NOT_APPLIED, apply_options, reason_to_apply
from ops.mails.holding_back import hold_back, holding_back_lines, unsent
from ops.mails.ledger_mail import LedgerMail, ledger_mails, mail_lines, mails_of
from ops.mails.planned_anew import next_epoch
from ops.mails.preview import write_previews
from ops.mails.resending import one_of, resend, resending_lines, usable_address
from ops.mails.resending import why_not as why_not_again
from ops.mails.settlement import Verdict, settle, settlement_lines, verdict_s, why_not
from ops.mails.settling_all import check_confirmed, compared, comparison_lines, mails_in_log, settle_all
from ops.servers.administrator import Database, admin_url, changing, database_option, looking
from ops.story.find_registration import find_registration
from ops.terminal.command_group import CommandGroup
from ops.terminal.json_option import json_option
from ops.terminal.limited_list import limit_option, show_list
from ops.terminal.output import say
from ops.terminal.quoted_reference import as_registration_id, what_is_wrong
from ops.terminal.writing import writing
from payroll.quoted_reference import as_quoted
from services.notifier.ledger import Status

LIMIT = 50
UNCERTAIN = 10_000


@click.group(cls=CommandGroup)
def mails() -> None:
    """Mails: planned, sent, failed, uncertain."""


@mails.command("list")
@database_option
@json_option
@click.option("--status", type=click.Choice([status.value for status in Status], case_sensitive=False))
@limit_option(LIMIT)
def list_mails(state: Path | None, status: str | None, *, as_json: bool, limit: int) -> None:
    """Show the newest mails; never whom they go to."""
    wanted = Status(status) if status else None
    found = asyncio.run(_listed(admin_url(state), wanted, limit + 1))
    show_list(found, limit, _lines, nothing="there is no such mail", as_json=as_json)


@mails.command("uncertain")
@database_option
@json_option
@limit_option(UNCERTAIN)
def uncertain_mails(state: Path | None, *, as_json: bool, limit: int) -> None:
    """Show the mails that may have been accepted: nobody knows, and they are not sent again by themselves."""
    found = asyncio.run(_listed(admin_url(state), Status.UNCERTAIN, limit + 1))
    show_list(found, limit, _lines, nothing="no mail is uncertain", as_json=as_json)


@mails.command("settle")
@click.argument("target", metavar="ID|REF")
@click.argument("verdict", type=click.Choice([verdict.value for verdict in Verdict]))
@database_option
@apply_options
def settle_mail(target: str, verdict: str, state: Path | None, *, applied: bool, reason: str | None) -> None:
    """Settle an uncertain mail as `sent` or `not-sent`, by what the mail server's log or the recipient says.

    The log knows it by its Message-ID, which begins with the mail's ID. Not sent, it is planned anew. REF is a
    registration's reference, where one of its mails is uncertain.
    """
    why = reason_to_apply(reason, applied=applied)
    asyncio.run(_settle(admin_url(state), target, Verdict(verdict), why))


@mails.command("settle-all")
@click.argument("log", metavar="LOG", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--confirm", "confirmed", metavar="N", type=click.IntRange(min=1), help="As many as would be sent.")
@database_option
@apply_options
def settle_all_mails(
    log: Path, confirmed: int | None, state: Path | None, *, applied: bool, reason: str | None
) -> None:
    """Settle all uncertain mails by LOG, where the Message-IDs stand that the mail server has accepted.

    It has to reach back to the first of them: a mail that does not stand there is planned anew and sent. So nothing is
    done without --confirm N, N as the plan says.
    """
    why = reason_to_apply(reason, applied=applied)
    with log.open(encoding="utf-8", errors="replace") as lines:
        named = mails_in_log(lines)
    asyncio.run(_settle_all(admin_url(state), named, confirmed, why))


@mails.command("hold-back")
@database_option
@apply_options
def hold_mails_back(state: Path | None, *, applied: bool, reason: str | None) -> None:
    """Let no mail go out that is not sent yet: each becomes uncertain, until it is settled.

    For a Postgres that came back older: what was mailed since is not in its ledger.
    """
    asyncio.run(_hold_back(admin_url(state), reason_to_apply(reason, applied=applied)))


@mails.command("resend")
@click.argument("target", metavar="ID|REF")
@click.option("--kind", help="Which of a registration's mails, by its kind.")
@click.option("--occasion", help="Which of them, by its occasion too.")
@click.option("--to", help="The address that was meant; without it, the same one.")
@database_option
@apply_options
def resend_mail(  # noqa: PLR0913 (an option each)
    target: str,
    state: Path | None,
    *,
    kind: str | None,
    occasion: str | None,
    to: str | None,
    applied: bool,
    reason: str | None,
) -> None:
    """Send a mail again that was sent or failed, to the same address or to another.

    The mails that follow still go to the address that the form gave: a correction changes that.
    """
    address, why = usable_address(to), reason_to_apply(reason, applied=applied)
    asyncio.run(_resend(admin_url(state), target, (kind, occasion), address, why))


async def _resend(url: str, target: str, which: tuple[str | None, str | None], to: str | None, why: str | None) -> None:
    async with looking(url) as database:
        found = await _known(database, target)
        mail = one_of([one for one in found if _is_that(one, *which)], target)
        newer = await next_epoch(database, mail)
    click.echo("\n".join(resending_lines(mail, to, datetime.now(UTC))))
    if refusal := why_not_again(mail, newer):
        raise click.ClickException(refusal)
    if why is None:
        say(NOT_APPLIED)
        return
    async with changing(url) as database:
        anew = await resend(database, mail, to, why)
    click.echo(f"{mail.id} is planned anew as {anew}")


def _is_that(mail: LedgerMail, kind: str | None, occasion: str | None) -> bool:
    return kind in (None, mail.kind) and occasion in (None, mail.occasion)


@mails.command("preview")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
def preview_mails(folder: Path) -> None:
    """Write every kind of mail into DIR, as text and as HTML, with the examples' data; nothing is sent."""
    with writing(folder):
        count = write_previews(folder)
    click.echo(f"{count} mails written to {folder}")


async def _settle(url: str, target: str, verdict: Verdict, why: str | None) -> None:
    now, patience_s = datetime.now(UTC), verdict_s()
    async with looking(url) as database:
        mail = await _meant(database, target)
        newer = await next_epoch(database, mail)
    click.echo("\n".join(settlement_lines(mail, verdict, now, newer)))
    if refusal := why_not(mail, now, patience_s):
        raise click.ClickException(refusal)
    if why is None:
        say(NOT_APPLIED)
        return
    async with changing(url) as database:
        await record_actions(database, verdict.deed, why, [await settle(database, mail, verdict, patience_s)])
    click.echo(f"{mail.id} is settled: {verdict}")


async def _settle_all(url: str, log: set[UUID], confirmed: int | None, why: str | None) -> None:
    patience_s = verdict_s()
    found = compared(await _listed(url, Status.UNCERTAIN, UNCERTAIN), log, datetime.now(UTC), patience_s)
    click.echo("\n".join(comparison_lines(found)))
    if sum(map(len, found)) == UNCERTAIN:
        click.echo(f"these are the newest {UNCERTAIN}: type it again afterwards")
    if why is None:
        click.echo(NOT_APPLIED)
        return
    check_confirmed(found, confirmed)
    async with changing(url) as database:
        await settle_all(database, found, why, patience_s)
    click.echo(f"{len(found.sent)} are settled as sent, {len(found.not_sent)} as not sent")


async def _hold_back(url: str, why: str | None) -> None:
    async with looking(url) as database:
        click.echo("\n".join(holding_back_lines(await unsent(database))))
    if why is None:
        click.echo(NOT_APPLIED)
        return
    async with changing(url) as database:
        click.echo(f"{await hold_back(database, why)} mails are held back: `koppeling mails uncertain`")


async def _meant(database: Database, target: str) -> LedgerMail:
    found = await _known(database, target)
    uncertain = [mail for mail in found if mail.status is Status.UNCERTAIN] or found
    if not uncertain:
        raise click.ClickException(f"no mail is known by {target!r}: `koppeling mails uncertain` shows their ids")
    if len(uncertain) > 1:
        named = "\n".join(f"  {mail.id} {mail.status} {mail.kind}, {mail.occasion}" for mail in uncertain)
        raise click.ClickException(f"{target} has several mails: settle one by its id\n{named}")
    return uncertain[0]


async def _known(database: Database, target: str) -> list[LedgerMail]:
    """The mail of this id, or those of this registration."""
    typed = as_registration_id(target)
    return await mails_of(database, mail=UUID(typed), registration=typed) if typed else await _quoted(database, target)


async def _quoted(database: Database, target: str) -> list[LedgerMail]:
    quoted = as_quoted(target)
    if wrong := what_is_wrong(quoted):
        raise click.UsageError(f"{target!r} is no mail's id, and no reference: {wrong}")
    registration = await find_registration(database, quoted)
    return await mails_of(database, registration=registration) if registration else []


async def _listed(url: str, status: Status | None, limit: int) -> list[LedgerMail]:
    async with looking(url) as database:
        return await ledger_mails(database, limit=limit, status=status)


def _lines(found: Sequence[LedgerMail]) -> Iterator[str]:
    return mail_lines(found, datetime.now(UTC))
