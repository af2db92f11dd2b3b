"""The operators' own record, as far as it tells of effects that they asked for once more."""

from collections.abc import Mapping
from uuid import UUID

from ops.audit.judge import recipes
from ops.audit.judge.evidence import Deeds, EffectRow, Tables
from ops.servers.administrator import Database


async def read_deeds(database: Database, tables: Mapping[str, Tables]) -> Deeds | None:
    """What explains these mails, and every forced replay; None where an installation is older than this record."""
    if not await database.fetchval("select to_regclass('operations.replay_epoch') is not null"):
        return None
    anew: set[UUID] = set()
    for service, one in tables.items():
        before = [_before(row) for row in one.effects if row.epoch > 0]
        anew |= {UUID(row["id"]) for row in await database.fetch(_PLANNED_ANEW, service, before)}
    forced: dict[str, set[int]] = {}
    for row in await database.fetch(_FORCED):
        forced.setdefault(row["service"], set()).add(row["epoch"])
    return Deeds(frozenset(anew), {service: frozenset(epochs) for service, epochs in forced.items()})


def _before(row: EffectRow) -> str:
    """The mail that this one would be planned anew from: under its id the deed stands on record."""
    return str(recipes.effect_row(row.subject, row.kind, row.occasion, row.role, row.epoch - 1))


_PLANNED_ANEW = """
select after ->> 'planned anew as' as id from operations.action
where service = $1 and target = any($2::text[]) and what in ('resend', 'settle not-sent')
"""
# What a row of replays says alone can be written by anybody who may change it; an action stays as it was recorded.
_FORCED = """
select distinct r.service, r.epoch from operations.replay r
join operations.action a on a.service = r.service and a.target = r.id::text
where r.epoch > 0 and a.what = 'force' and a.after ->> 'epoch' = r.epoch::text
"""
