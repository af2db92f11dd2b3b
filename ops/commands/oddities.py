"""`koppeling oddities`: registrations that somebody should look at although nothing stops them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click

from ops.actions.looking_at import listed_registrations, record_look
from ops.servers.administrator import admin_url, database_option, looking, reading_everything
from ops.story.attention import MANDATE_MISSING, RIGHTS_OUTDATED
from ops.story.policy_now import OF_REGISTRATION, rights_of_all
from ops.story.reason import Reason
from ops.story.registration_view import RegistrationView
from ops.story.registrations import registrations
from ops.terminal.limited_list import Limited, limit_option
from ops.terminal.output import json_option, shorten, show, wrapped
from ops.terminal.view import View
from services.enrichment.facts import PENSIOENWET_PRODUCTS
from services.intake.documents import Intake
from services.monitor.stage import Stage
from services.provisioning.documents import LinkStage, Provisioning

LIMIT = 50
TO_SEE = "to see what is odd"


class OddRegistration(View):
    """A registration and its oddities."""

    registration: str
    reference: str
    company_name: str | None
    stage: Stage
    attention: tuple[Reason, ...]


@click.command()
@click.option(
    "--code",
    metavar="CODE",
    type=str.upper,
    help="Only this: CONTRADICTION, WRONG_CODES, or another that is listed.",
)
@limit_option(LIMIT)
@json_option
@database_option
def oddities(state: Path | None, *, code: str | None, limit: int, as_json: bool) -> None:
    """Show registrations with an oddity: contradictions by Keylane, wrong codes, unusual numbers.

    Also dates of Keylane's that were set aside, and requests to Keylane that the present policy does not call for.
    Nothing waits for any of these. The command reads every document: seconds for a million. That you looked is
    recorded.
    """
    found = asyncio.run(_found(admin_url(state), code, limit))
    show(found.shown, _lines(found, code), as_json=as_json)
    if found.more:
        click.echo(f"and {found.more} older: --limit shows more", err=as_json)


async def _found(url: str, code: str | None, limit: int) -> Limited[OddRegistration]:
    async with looking(url) as database:
        await reading_everything(database)
        rows = await database.fetch(_ODD, code, limit, rights_of_all(), sorted(PENSIOENWET_PRODUCTS))
        views = await registrations(database, [row["key"] for row in rows])
    await record_look(url, listed_registrations("oddities", [view.reference for view in views]), TO_SEE)
    return Limited([_view(view, code) for view in views], rows[0]["total"] if rows else 0)


def _view(view: RegistrationView, code: str | None) -> OddRegistration:
    return OddRegistration(
        registration=view.registration,
        reference=view.reference,
        company_name=view.company_name,
        stage=view.stage,
        attention=tuple(reason for reason in view.attention if code in (None, reason.code)),
    )


def _lines(found: Limited[OddRegistration], code: str | None) -> Iterator[str]:
    if not found.shown:
        yield "nothing is odd" if code is None else f"nothing odd has the code {code}: without --code all is listed"
    for one in found.shown:
        yield shorten(f"{one.reference} {one.company_name or '-'}, {one.stage.words}")
        for reason in one.attention:
            yield from wrapped(f"{reason.code}: {reason.text}", "  ", "    ")


# The registrations for which `ops.story.attention` has something to tell.
_ODD = f"""
with live as (
  select p.key, p.document ->> 'package' as package, link -> 'rights' as rights, policy.mandate_present,
    policy.products && $4::text[] as pensioenwet
  from provisioning.state p join {OF_REGISTRATION}, jsonb_array_elements(p.document -> 'links') link
  where p.kind = '{Provisioning.kind}' and link ->> 'stage' not in ('{LinkStage.REFUSED}', '{LinkStage.CANCELLED}')
), odd as (
  select key, split_part(warning, ' ', -1) as code
  from intake.state, jsonb_array_elements_text(document -> 'warnings') warning where kind = '{Intake.kind}'
  union all
  select key, 'WRONG_CODES' from intake.state where kind = '{Intake.kind}' and (document ->> 'wrong_codes')::int > 0
  union all
  select key, noted.code
  from provisioning.state, jsonb_array_elements(document -> 'links') link,
    lateral (values (link ->> 'warning'), (case when link -> 'contradiction' <> 'null' then 'CONTRADICTION' end))
      as noted(code)
  where kind = '{Provisioning.kind}' and noted.code is not null
  union all
  select key, '{RIGHTS_OUTDATED}'
  from live join jsonb_to_recordset($3::jsonb) as needed (package text, pensioenwet boolean, rights jsonb)
    using (package, pensioenwet)
  where jsonb_typeof(live.rights) = 'array' and not (live.rights @> needed.rights and live.rights <@ needed.rights)
  union all
  select key, '{MANDATE_MISSING}' from live join intake.state i using (key)
  where not mandate_present and i.kind = '{Intake.kind}' and i.document -> 'form' ->> 'kind' = 'employer_registration'
), chosen as (select distinct key from odd where $1::text is null or code = $1)
select chosen.key, count(*) over () as total
from chosen join intake.state i on i.kind = '{Intake.kind}' and i.key = chosen.key
order by i.document ->> 'since' desc, chosen.key limit $2
"""  # noqa: S608  constants
