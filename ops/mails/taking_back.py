"""A mail that was settled as not sent, and was accepted after all.

It ends as SENT. What that settlement planned anew goes out no more, where it has not gone yet: its row is taken out of
the ledger. A row that ended as FAILED would ask to be sent again; what operators did stays on record.
"""

from uuid import UUID

from ops.mails.ledger_mail import LedgerMail, mails_of
from ops.servers.administrator import Database
from services.notifier.ledger import FORGOTTEN as NOT_BEGUN
from services.notifier.ledger import Status

AS_NOT_SENT = "settled: not-sent"
"""The reply of such a mail."""
WHAT, WHICH_IS = "planned anew before, as", "which is"
"""What the operators' record says of a row that was planned anew, and what becomes of it."""


def is_settled_as_not_sent(mail: LedgerMail) -> bool:
    """Whether an operator has said so; else it failed by itself."""
    return mail.status is Status.FAILED and mail.reply == AS_NOT_SENT


async def planned_for(database: Database, mail: LedgerMail) -> LedgerMail | None:
    """What the settlement planned anew; None when it planned nothing, or that is taken out."""
    anew = await database.fetchval(_PLANNED_FOR, str(mail.id))
    found = await mails_of(database, mail=UUID(anew)) if anew else []
    return found[0] if found else None


async def take_back(database: Database, mail: LedgerMail) -> dict[str, str]:
    """Let what was planned anew never go out, unless its body is begun by now; what is to be recorded of it.

    Inside the transaction that settles the mail. A sender that has claimed the row can do nothing with it then.
    """
    anew = await planned_for(database, mail)
    if anew is None:
        return {}
    if await database.fetchval(_TAKE_OUT, anew.id, [status.value for status in NOT_BEGUN]):
        return {WHAT: str(anew.id), WHICH_IS: "taken out"}
    return {WHAT: str(anew.id), WHICH_IS: (await mails_of(database, mail=anew.id))[0].status}


def fate(anew: LedgerMail | None) -> str:
    """What becomes of what was planned anew, in a sentence."""
    if anew is None:
        return "Nothing else is to be taken back"
    said = f"The same mail was planned anew, as {anew.id}, which is {anew.status}"
    if anew.status in NOT_BEGUN:
        return f"{said}: that row is taken out of the ledger, so it does not go out"
    if anew.status is Status.FAILED:
        return f"{said}: it did not go out, and is not to be sent again"
    if anew.status is Status.SENT:
        return f"{said}: its recipient has the mail twice, and is to be told"
    return f"{said}: its recipient may have the mail twice"


_PLANNED_FOR = """
select after ->> 'planned anew as' from operations.action
where service = 'notifier' and target = $1 and what = 'settle not-sent' and after ->> 'planned anew as' is not null
order by at desc limit 1
"""
_TAKE_OUT = "delete from notifier.effect where id = $1 and status = any($2::text[]) returning id"
