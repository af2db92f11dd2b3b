"""Which mails an operator means by a mail's id or a registration's reference."""

from collections.abc import Iterable
from uuid import UUID

import click

from ops.mails.ledger_mail import LedgerMail, mails_of
from ops.servers.administrator import Database
from ops.story.find_registration import find_registration
from ops.terminal.quoted_reference import as_registration_id, read_reference


class SeveralMailsError(click.ClickException):
    """One mail was meant, but there are several: the message names them, and says what to do."""

    def __init__(self, target: str, mails: Iterable[LedgerMail], do: str) -> None:
        named = (f"  {mail.id}\n    {mail.status} {mail.told}" for mail in mails)
        super().__init__("\n".join((f"{target} has several mails: {do}", *named)))


async def mails_meant(database: Database, target: str) -> list[LedgerMail]:
    """The mail with this id, or those of this registration. Raises UsageError when the text can be neither."""
    if typed := as_registration_id(target):
        return await mails_of(database, mail=UUID(typed), registration=typed)
    quoted = read_reference(target, "neither a mail's id nor a reference")
    registration = await find_registration(database, quoted)
    return await mails_of(database, registration=registration) if registration else []


def check_id_named(target: str, mail: LedgerMail) -> None:
    """Raise UsageError where a reference was typed: by then it could mean a mail that was planned anew meanwhile."""
    if as_registration_id(target) != str(mail.id):
        raise click.UsageError(f"--apply needs the mail's ID, here {mail.id}: REF may stand for another mail by then")
