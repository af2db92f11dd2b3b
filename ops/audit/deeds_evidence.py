"""Evidence from the operators' record: effects that they asked for once more."""

from collections.abc import Mapping
from uuid import UUID

from ops.audit.judge import recipes
from ops.audit.judge.evidence import Deeds, EffectRow, Tables
from ops.servers.administrator import Database


async def read_deeds(database: Database, tables: Mapping[str, Tables]) -> Deeds | None:
    """What explains these mails, and all forced replays; None where the installation is older than this record."""
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
    """The id of the mail in whose place this one would be planned: the deed is recorded under that id."""
    return str(recipes.effect_row(*row.same, row.epoch - 1))


_PLANNED_ANEW = """
select after ->> 'planned anew as' as id from operations.action
where service = $1 and target = any($2::text[]) and what in ('resend', 'settle not-sent')
"""
# An action has to confirm the row: rows of replays can be changed, while actions stay as they were recorded.
_FORCED = """
select distinct r.service, r.epoch from operations.replay r
join operations.action a on a.service = r.service and a.target = r.id::text
where r.epoch > 0 and a.what = 'force' and a.after ->> 'epoch' = r.epoch::text
"""
