"""The state of each service: what waits for it, what holds it, and how large its tables are, without reading those."""

from collections.abc import Mapping

import click

from ops.mails.ledger_mail import SETTLED
from ops.servers.administrator import Database, apart, of_service
from ops.service_state.backlog import Backlog
from ops.service_state.holding import PausedService, paused_service, stopped_releases
from ops.service_state.members import Members
from ops.terminal.view import View
from schemas.flow import SERVICES

COUNTED_MAX = 10_000


class ServiceState(View):
    """One service.

    - `workers`, `releases`: how many workers its group has, and of which releases. `strangers`: the other members, by
      client id and host. All None where Kafka could not be asked.
    - `stopped`: the releases that stopped themselves.
    - `lag_records`, `lag_s`: how many records wait in Kafka, and how long the oldest has waited. `lag_kept_s`: in how
      many seconds the first of them is removed from its topic, None where none waits. `removed_records`: how many were
      removed before this service read them: it stops then, or will. All None where Kafka could not be asked, or for
      the reason in `unread`.
    - `journal_rows`: Postgres's own estimate, None before its first. `queue_late_s`: how long the row that is overdue
      longest has been due.
    - `unsent_s`: how long the oldest unsent mail has waited, of those that are next. A failed mail counts until it is
      planned anew or settled; `failed_s`: how long ago the last of the newest ones failed.

    Rows in the queue, parked rows and mails are counted to 10,001 only.
    """

    service: str
    workers: int | None
    releases: tuple[str, ...] | None
    strangers: tuple[str, ...] | None
    paused: PausedService | None
    stopped: tuple[str, ...]
    lag_records: int | None
    lag_s: int | None
    lag_kept_s: int | None
    removed_records: int | None
    journal_rows: int | None
    journal_bytes: int
    queue_rows: int
    queue_bytes: int
    queue_late_s: int
    parked_rows: int
    unsent_mails: int
    unsent_s: int
    uncertain_mails: int
    failed_mails: int
    failed_s: int
    unread: str | None


class UnreadService(View):
    """A service whose tables could not be read, and why."""

    service: str
    unread: str


async def service_states(
    database: Database, present: Mapping[str, Members], backlogs: Mapping[str, Backlog | str]
) -> list[ServiceState | UnreadService]:
    """Every service, in the order of the flow; what Kafka did not tell is None."""
    return [await _state(database, party.name, present.get(party.name), backlogs.get(party.name)) for party in SERVICES]


async def _state(
    database: Database, service: str, present: Members | None, backlog: Backlog | str | None
) -> ServiceState | UnreadService:
    try:
        async with apart(database):
            row = await database.fetchrow(of_service(_KEPT, service, settled=SETTLED), COUNTED_MAX + 1)
            paused = await paused_service(database, service)
            stopped = await stopped_releases(database, service)
    except click.ClickException as error:
        return UnreadService(service=service, unread=error.message)
    assert row is not None  # noqa: S101  a select without a table has one row
    unread, lag = (backlog, None) if isinstance(backlog, str) else (None, backlog)
    return ServiceState(
        service=service,
        workers=present and len(present.workers),
        releases=present and tuple(dict.fromkeys(present.workers)),
        strangers=present and present.strangers,
        paused=paused,
        stopped=tuple(stopped),
        lag_records=lag and lag.records,
        lag_s=lag and lag.oldest_s,
        lag_kept_s=lag and lag.kept_s,
        removed_records=lag and lag.removed,
        unread=unread,
        **dict(row),
    )


_KEPT = """
select
  (select nullif(reltuples, -1)::bigint from pg_class where oid = '{schema}.journal'::regclass) as journal_rows,
  pg_total_relation_size('{schema}.journal') as journal_bytes,
  (select count(*) from (select from {schema}.redelivery limit $1) few) as queue_rows,
  pg_total_relation_size('{schema}.redelivery') as queue_bytes,
  (select coalesce(extract(epoch from now() - min(due_at)), 0)::int from {schema}.redelivery
    where due_at <= now() and not handled and answered_by is null) as queue_late_s,
  (select count(*) from (
    select from {schema}.redelivery where kind = 'parked' and due_at is null and not handled limit $1
  ) few) as parked_rows,
  unsent.mails as unsent_mails,
  unsent.oldest_s as unsent_s,
  (select count(*) from (select from {schema}.effect where status = 'UNCERTAIN' limit $1) few) as uncertain_mails,
  failed.mails as failed_mails,
  failed.last_s as failed_s
from (
  select count(*) as mails, coalesce(extract(epoch from now() - min(planned_at)), 0)::int as oldest_s
  from (
    (select planned_at from {schema}.effect where status = 'PLANNED' order by not_before limit $1)
    union all
    (select planned_at from {schema}.effect where status = 'CLAIMED' order by claimed_at limit $1)
    limit $1
  ) few
) unsent, (
  select count(*) as mails, coalesce(extract(epoch from now() - max(finished_at)), 0)::int as last_s
  from (
    select finished_at from {schema}.effect mail
    where status = 'FAILED' and starts_with(reply, '{settled}') is not true and epoch = (
      select max(epoch) from {schema}.effect same
      where (same.subject, same.kind, same.occasion, same.role) = (mail.subject, mail.kind, mail.occasion, mail.role)
    )
    order by planned_at desc limit $1
  ) few
) failed
"""
