"""Registrations by what a caller knows of his own: a company's name, an e-mail address or a loonheffingennummer."""

from typing import NamedTuple

import click

from ops.servers.administrator import Database, reading_everything
from ops.terminal.typed import text_of
from payroll import fields
from payroll.fault import FieldError
from payroll.loonheffingennummer import is_meant_as_one
from payroll.typed_text import is_blank
from services.intake.documents import Intake
from services.provisioning.documents import Provisioning


class Sought(NamedTuple):
    """What is looked for, as it is kept, and the statement that finds whose it is."""

    text: str
    query: str


class Found(NamedTuple):
    """The newest, newest first, and how many there are."""

    ids: list[str]
    total: int


def read_sought(_context: click.Context, _option: click.Parameter, typed: str | None) -> Sought | None:
    """An option's callback: addresses and loonheffingennummers by the form's own rules, else a part of a name.

    Raises:
        BadParameter: it is none of these; never with what was typed.
    """
    if typed is None:
        return None
    if is_blank(typed):
        raise click.BadParameter("type a part of a company's name, an e-mail address or a loonheffingennummer")
    try:
        if "@" in typed:
            return Sought(fields.email(typed).casefold(), _OF_ADDRESS)
        if is_meant_as_one(typed):
            return Sought(fields.loonheffingennummer(typed), _OF_NUMBER)
    except FieldError as error:
        raise click.BadParameter(f"it is not an e-mail address or loonheffingennummer ({error.code})") from None
    return Sought(text_of(typed.strip()), _OF_NAME)


async def search(database: Database, sought: Sought, *, limit: int) -> Found:
    """The `limit` newest registrations that have it, or had it by a mail or by what goes on to count."""
    await reading_everything(database)
    rows = await database.fetch(_SEARCH.format(found=sought.query), sought.text, limit)
    return Found([row["key"] for row in rows], rows[0]["total"] if rows else 0)


def _folded(text: str) -> str:
    """This text without accents, capitals and ligatures, as the Dutch one of I and J is.

    Accents go first: where Postgres has no locale it lowers ASCII alone.
    """
    return f"lower(regexp_replace(normalize({text}, NFKD), U&'[\\0300-\\036F]', '', 'g'))"


_NAMES = "concat_ws(chr(10), document ->> 'company_name', document #>> '{stands,company_name}')"
_OF_NAME = f"""
select key from intake.state where kind = '{Intake.kind}' and strpos({_folded(_NAMES)}, {_folded("$1::text")}) > 0
"""  # noqa: S608  constants
# Whoever was mailed stands in the ledger: the employer of a processor's form, a processor that was asked, an address
# that was left.
_OF_ADDRESS = f"""
select key from intake.state where kind = '{Intake.kind}' and lower(document ->> 'email') = $1
union select subject from notifier.effect where lower(payload ->> 'email') = $1
"""  # noqa: S608  constants
# Intake keeps it as it was typed, and Keylane may have been asked with one that was found since.
_OF_NUMBER = f"""
select key from intake.state where kind = '{Intake.kind}'
  and regexp_replace(document #>> '{{form,loonheffingennummer}}', '\\D', '', 'g') = replace($1, 'L', '')
union select key from provisioning.state where kind = '{Provisioning.kind}' and document ->> 'loonheffingennummer' = $1
"""  # noqa: S608  constants
_SEARCH = f"""
with found as ({{found}})
select i.key, count(*) over () as total
from found join intake.state i on i.kind = '{Intake.kind}' and i.key = found.key and i.document is not null
order by i.document ->> 'since' desc, i.key limit $2
"""  # noqa: S608  constants
