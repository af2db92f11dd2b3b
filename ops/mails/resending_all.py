"""Sends all mails again that failed for one reason, such as a relay that refused everything for a while."""

from datetime import datetime

import click

from ops.actions.action import Deed, record_actions
from ops.actions.applying import not_applied
from ops.mails.ledger_mail import failed_mails
from ops.mails.planned_anew import check_not_forced
from ops.mails.resending import plan_again
from ops.mails.taking_back import accepted_before
from ops.replay.queue import say_what_holds
from ops.servers.administrator import changing, looking
from ops.terminal.counted import counted
from ops.terminal.output import say
from schemas.flow import NOTIFIER

FAILED = 10_000
"""How many are sent again at once."""


async def resend_failed(url: str, reply: str, since: datetime | None, confirmed: int | None, why: str | None) -> None:
    """Show how many they are; plan them anew when there is a reason and the number is confirmed.

    Raises:
        ClickException: another number was confirmed, or one of the mails has changed or may still be sent; nothing is
            done.
    """
    async with looking(url) as database:
        failed = await failed_mails(database, reply, since, limit=FAILED)
        mails = [mail for mail in failed if await accepted_before(database, mail) is None]
        if not mails:
            say("no mail failed so, or each was planned anew since, or accepted before")
            return
        say(f"{counted(len(mails), 'mail')} failed so, not planned anew since: each is, and sent to the same address")
        if len(failed) == FAILED:
            say(f"these are the newest {FAILED}: type it again afterwards")
        await check_not_forced(database, *mails)
        await say_what_holds(database, NOTIFIER.name)
    if why is None:
        say(not_applied(f"--confirm {len(mails)}"))
        return
    if (confirmed or 0) != len(mails):
        raise click.ClickException(
            f"{counted(len(mails), 'mail')} would be sent, which was not confirmed: nothing was changed. If that "
            f"is right, also type --confirm {len(mails)}"
        )
    async with changing(url) as database:
        changes = [await plan_again(database, mail, None) for mail in mails]
        if any([await accepted_before(database, mail) for mail in mails]):
            raise click.ClickException(
                "one replaces a mail that has been settled as sent: nothing was changed. Type the command again"
            )
        await record_actions(database, Deed.RESEND, why, changes)
    say(f"planned anew: {counted(len(mails), 'mail')}")
