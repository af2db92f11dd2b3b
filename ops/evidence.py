"""What an outcome is judged by, read where it ended up: provisioning's documents, the mail ledger, the mailbox."""

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from uuid import UUID

from ops.administrator import Database
from ops.outcome import LedgerRow, Link, Outcome, judge
from sandbox.mail_index import IndexedMail, Mail, read_index, read_mailbox
from services.notifier.mails import LinkRealisedMail
from services.provisioning.documents import LinkStage, Provisioning


async def read_outcome(database: Database, mailbox: Path, expected: Collection[Link]) -> Outcome:
    """Judge what there is now, against the connections that should be realised."""
    realised = await realised_links(database)
    ledger = await confirmations(database)
    return judge(expected, realised, ledger, mailed([*read_mailbox(mailbox), *read_index(mailbox)]))


async def realised_links(database: Database) -> set[Link]:
    """Every connection that is realised."""
    rows = await database.fetch(_REALISED, Provisioning.kind, LinkStage.REALISED.value)
    return {Link(row["key"], row["employer_code"]) for row in rows}


async def confirmations(database: Database) -> list[LedgerRow]:
    """Every confirmation that was planned."""
    rows = await database.fetch(_CONFIRMATIONS, LinkRealisedMail.kind)
    return [LedgerRow(row["id"], Link(row["subject"], row["employer_code"]), row["uncertain"]) for row in rows]


def mailed(mails: Iterable[Mail | IndexedMail]) -> Counter[UUID]:
    """How often each row of the ledger is in the mailbox, by the mails' own Message-ID."""
    return Counter(row for mail in mails if (row := ledger_id(mail)))


def ledger_id(mail: Mail | IndexedMail) -> UUID | None:
    """The ledger's row that this mail was sent for; None for a mail of somebody else."""
    try:
        return UUID(mail.message_id.strip("<>").partition("@")[0])
    except ValueError:
        return None


_REALISED = """
select key, link ->> 'employer_code' as employer_code
from provisioning.state, jsonb_array_elements(document -> 'links') as link
where kind = $1 and link ->> 'stage' = $2
"""
_CONFIRMATIONS = """
select id, subject, payload ->> 'employer_code' as employer_code, status = 'UNCERTAIN' as uncertain
from notifier.effect where kind = $1
"""
