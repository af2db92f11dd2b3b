"""Which connections are realised, and which confirmations are planned, while the demo runs; the audit decides later."""

from uuid import UUID

from ops.audit.judge.called_for import Link
from ops.servers.administrator import Database
from sandbox.mail_index import IndexedMail
from services.notifier.mails.link_realised import LinkRealisedMail
from services.provisioning.documents import LinkStage, Provisioning


async def realised_links(database: Database) -> set[Link]:
    """Every realised connection."""
    rows = await database.fetch(_REALISED, Provisioning.kind, LinkStage.REALISED.value)
    return {Link(row["key"], row["employer_code"]) for row in rows}


async def confirmations(database: Database) -> dict[UUID, str]:
    """The registration of every confirmation that was planned, by the id of its row in the ledger."""
    rows = await database.fetch("select id, subject from notifier.effect where kind = $1", LinkRealisedMail.kind)
    return {row["id"]: row["subject"] for row in rows}


def ledger_id(mail: IndexedMail) -> UUID | None:
    """The id of the row in the ledger that this mail was sent for; None for a mail that is not ours."""
    try:
        return UUID(mail.message_id.strip("<>").partition("@")[0])
    except ValueError:
        return None


_REALISED = """
select key, link ->> 'employer_code' as employer_code
from provisioning.state, jsonb_array_elements(document -> 'links') as link
where kind = $1 and link ->> 'stage' = $2
"""
