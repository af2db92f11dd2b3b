"""`koppeling mails`: list, uncertain, settle, settle-all, hold-back, resend, resend-all and preview."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from ops.actions.applying import plan_or_apply
from ops.mails.holding_back import hold_unsent_back
from ops.mails.ledger_mail import LedgerMail, ledger_mails, mail_lines
from ops.mails.preview import write_previews
from ops.mails.resending import resend_one
from ops.mails.resending_all import resend_failed
from ops.mails.settlement import Verdict, settle_one
from ops.mails.settling_all import UNCERTAIN, read_log, settle_uncertain
from ops.servers.administrator import admin_url, database_option
from ops.terminal.command_group import CommandGroup
from ops.terminal.limited_list import limit_option, show_list
from ops.terminal.output import json_option
from ops.terminal.typed import moment_of, typed_field
from ops.terminal.writing import writing
from payroll import fields
from services.notifier.ledger import Status

LIMIT = 50


@click.group(cls=CommandGroup)
def mails() -> None:
    """Mails: planned, sent, failed, uncertain."""


@mails.command("list")
@click.option(
    "--status",
    type=click.Choice([status.value for status in Status], case_sensitive=False),
    help="Only these; of the failed, those that were neither planned anew since nor settled.",
)
@limit_option(LIMIT)
@json_option
@database_option
def list_mails(state: Path | None, status: str | None, *, as_json: bool, limit: int) -> None:
    """Show the newest mails with the domain that each goes to, never the part of an address that names somebody."""
    wanted = Status(status) if status else None
    found = asyncio.run(ledger_mails(admin_url(state), limit=limit + 1, status=wanted))
    show_list(found, limit, _lines, nothing="there is no such mail", as_json=as_json)


@mails.command("uncertain")
@limit_option(UNCERTAIN)
@json_option
@database_option
def uncertain_mails(state: Path | None, *, as_json: bool, limit: int) -> None:
    """Show the mails that may have been accepted: nobody knows, and they are not sent again automatically."""
    found = asyncio.run(ledger_mails(admin_url(state), limit=limit + 1, status=Status.UNCERTAIN))
    show_list(found, limit, _lines, nothing="no mail is uncertain", as_json=as_json)


@mails.command("settle")
@click.argument("target", metavar="ID|REF")
@click.argument("verdict", metavar="VERDICT", type=click.Choice([verdict.value for verdict in Verdict]))
@database_option
@plan_or_apply
def settle_mail(target: str, verdict: str, state: Path | None, *, why: str | None) -> None:
    """Settle an uncertain mail as `sent` or `not-sent`, by what the mail server's log or the recipient says.

    The log names the mail by its Message-ID, which begins with the mail's ID. A mail that was not sent is planned anew.
    A mail that FAILED and was accepted all the same can also be settled as `sent`, and one that is not to be sent again
    as `given-up`. REF is the reference of a registration with one uncertain mail (for `given-up`: one that FAILED); the
    plan names its ID, which --apply needs.
    """
    asyncio.run(settle_one(admin_url(state), target, Verdict(verdict), why))


@mails.command("settle-all")
@click.argument("log", metavar="LOG", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--confirm", "not_sent", metavar="N", type=click.IntRange(min=0), help="As many as would be sent.")
@click.option("--confirm-sent", "sent", metavar="M", type=click.IntRange(min=0), help="As many as would end as SENT.")
@click.option("--none-accepted", is_flag=True, help="LOG names no mail of ours, and that is right.")
@database_option
@plan_or_apply
def settle_all_mails(  # noqa: PLR0913 (an option each)
    log: Path, not_sent: int | None, sent: int | None, state: Path | None, *, none_accepted: bool, why: str | None
) -> None:
    """Settle all uncertain mails by LOG, which has the Message-IDs that the mail server has accepted.

    Give Postfix's log as it is. For another server, or for servers of both kinds, give only the accepted Message-IDs:
    beside Postfix's lines no others count. A mail in LOG is never sent again.
    LOG has to reach back to the first uncertain mail: a mail that is not in it is planned anew and sent, unless it may
    have been accepted after LOG was last written. So nothing is done without --confirm N and --confirm-sent M, with N
    and M as in the plan.
    """
    named = read_log(log)
    asyncio.run(settle_uncertain(admin_url(state), named, (not_sent, sent), why, none_accepted=none_accepted))


@mails.command("hold-back")
@database_option
@plan_or_apply
def hold_mails_back(state: Path | None, *, why: str | None) -> None:
    """Hold back every mail that is not sent yet: each becomes uncertain, until it is settled.

    For a Postgres that came back older: its ledger has forgotten what was mailed since. A mail that is under way is
    left to its sender for as long as that may still report: type the command again afterwards.
    """
    asyncio.run(hold_unsent_back(admin_url(state), why))


@mails.command("resend")
@click.argument("target", metavar="ID|REF")
@click.option("--kind", help="The kind of the registration's mail.")
@click.option("--occasion", help="Its occasion, if there are several of that kind.")
@click.option(
    "--to",
    "address",
    metavar="ADDRESS",
    callback=typed_field(fields.email),
    help="Another address.  [default: the same one]",
)
@database_option
@plan_or_apply
def resend_mail(  # noqa: PLR0913 (an option each)
    target: str,
    state: Path | None,
    *,
    kind: str | None,
    occasion: str | None,
    address: str | None,
    why: str | None,
) -> None:
    """Send a mail again that was sent or failed, to the same address or to another.

    REF, a registration's reference, stands for its only mail of that kind and occasion; its plan names that one's ID,
    which --apply needs. Later mails still go to the form's address: only a correction changes that.
    """
    asyncio.run(resend_one(admin_url(state), target, (kind, occasion), address, why))


@mails.command("resend-all")
@click.argument("reply", metavar="REPLY")
@click.option("--since", metavar="TIME", type=moment_of, help="What failed then (Amsterdam) or later.")
@click.option("--confirm", "confirmed", metavar="N", type=click.IntRange(min=1), help="As many as would be sent.")
@database_option
@plan_or_apply
def resend_failed_mails(
    reply: str, since: datetime | None, confirmed: int | None, state: Path | None, *, why: str | None
) -> None:
    """Send all mails again that failed with a reply that begins with REPLY, such as `RCPT 554`.

    For a cause on our side or at the relay that is gone. Each goes to the same address. Nothing is done without
    --confirm N, with N as in the plan.
    """
    asyncio.run(resend_failed(admin_url(state), reply, since, confirmed, why))


@mails.command("preview")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
def preview_mails(folder: Path) -> None:
    """Write every kind of mail into DIR, as text and as HTML, with the examples' data; nothing is sent."""
    with writing(folder):
        count = write_previews(folder)
    click.echo(f"{count} mails written to {folder}")


def _lines(found: Sequence[LedgerMail]) -> Iterator[str]:
    return mail_lines(found, datetime.now(UTC))
