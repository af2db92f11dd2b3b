"""Finds registrations by a company's name, an e-mail address or a loonheffingennummer."""

from typing import NamedTuple

import click

from ops.servers.administrator import Database, reading_everything
from ops.terminal.limited_list import Limited
from payroll import fields
from payroll.fault import FieldError
from payroll.loonheffingennummer import is_meant_as_one
from payroll.typed_text import is_blank
from services.intake.documents import Intake
from services.provisioning.documents import Provisioning


class Sought(NamedTuple):
    """The text to look for, as it is stored, and the SQL that finds the registrations that have it."""

    text: str
    query: str


def read_sought(typed: str) -> Sought:
    """Reads an address or a loonheffingennummer by the form's own rules, or a part of a name.

    Raises:
        BadParameter: it is none of these; the message never has what was typed.
    """
    if is_blank(typed):
        raise click.BadParameter("type a part of a company's name, an e-mail address or a loonheffingennummer")
    try:
        if "@" in typed:
            return Sought(fields.email(typed).casefold(), _OF_ADDRESS)
        if is_meant_as_one(typed):
            return Sought(fields.loonheffingennummer(typed), _OF_NUMBER)
    except FieldError as error:
        raise click.BadParameter(f"it is not an e-mail address or loonheffingennummer ({error.code})") from None
    return Sought(typed.strip(), _OF_NAME)


async def search(database: Database, sought: Sought, *, limit: int) -> Limited[str]:
    """The `limit` newest registrations with this; also in a mail, or in what counts while their correction is held."""
    await reading_everything(database)
    rows = await database.fetch(_SEARCH.format(found=sought.query), sought.text, limit)
    return Limited([row["key"] for row in rows], rows[0]["total"] if rows else 0)


def _folded(text: str) -> str:
    """SQL for this text without accents, capitals and ligatures, such as the Dutch IJ.

    Accents are removed first: a Postgres without a locale only lowers ASCII.
    """
    return f"lower(regexp_replace(normalize({text}, NFKD), U&'[\\0300-\\036F]', '', 'g'))"


_NAMES = "concat_ws(chr(10), document ->> 'company_name', document #>> '{stands,company_name}')"
_OF_NAME = f"""
select key from intake.state where kind = '{Intake.kind}' and strpos({_folded(_NAMES)}, {_folded("$1::text")}) > 0
"""  # noqa: S608  constants
# The ledger has everybody who was mailed: also the employer of a processor's form, a processor that was asked to
# register somebody, and an address that was left.
_OF_ADDRESS = f"""
select key from intake.state where kind = '{Intake.kind}' and lower(document ->> 'email') = $1
union select subject from notifier.effect where lower(payload ->> 'email') = $1
"""  # noqa: S608  constants
# Intake keeps the number as it was typed; Keylane may have been asked with another one, which was found later.
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
