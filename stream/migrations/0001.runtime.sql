-- What the runtime keeps for one service, in that service's own schema.

create table lane (
  lane    integer primary key,
  epoch   bigint  not null,
  -- topic -> offset up to which records are settled
  settled jsonb   not null default '{}'
) with (fillfactor = 50);

create table journal (
  id       uuid        primary key,
  hash     bytea       not null,
  attempt  integer     not null,
  outcome  text        not null check (outcome in ('emit', 'ignore', 'park')),
  reason   text,
  -- the encoded events to publish, as published
  events   bytea,
  subject  text        not null,
  first_at timestamptz not null
);

create table state (
  kind        text    not null,
  key         text    not null,
  lane        integer not null,
  -- events emitted about this key so far; of a document that is not its registration's: how often it was written
  revision    integer not null default 0,
  -- series of events -> highest revision seen
  seen        jsonb   not null default '{}',
  correlation text,
  due_at      timestamptz,
  waits_for   text[]  not null default '{}',
  -- null: created to be locked, never written
  document    jsonb,
  primary key (kind, key)
) with (fillfactor = 80);
create index state_due on state (lane, due_at) where due_at is not null;
create index state_waiting on state (lane) where waits_for <> '{}';

create table redelivery (
  id         uuid        primary key,
  lane       integer     not null,
  key        text        not null,
  seq        bigint      generated always as identity,
  kind       text        not null check (kind in ('parked', 'queued', 'moved', 'tick')),
  -- null: parked for a human
  due_at     timestamptz,
  attempt    integer     not null,
  blocks     boolean     not null,
  -- the journal entry whose outcome is recorded but perhaps not yet published
  answered_by uuid,
  -- needs nothing more once that outcome is published
  handled    boolean     not null default false,
  topic      text        not null,
  partition  integer     not null,
  log_offset bigint      not null,
  record_key bytea,
  headers    bytea       not null,
  value      bytea,
  hash       bytea       not null,
  reason     text        not null,
  trace      text,
  first_at   timestamptz not null
);
create index redelivery_due on redelivery (lane, due_at, seq) where due_at is not null and answered_by is null;
create index redelivery_key on redelivery (key, seq) where blocks and not handled;
create index redelivery_answered on redelivery (lane) where answered_by is not null;

create table effect (
  id              uuid        primary key,
  lane            integer     not null,
  subject         text        not null,
  kind            text        not null,
  occasion        text        not null,
  role            text        not null,
  epoch           integer     not null,
  payload         jsonb       not null,
  status          text        not null default 'PLANNED'
    check (status in ('PLANNED', 'CLAIMED', 'BODY_STARTED', 'SENT', 'FAILED', 'UNCERTAIN')),
  token           uuid,
  attempts        integer     not null default 0,
  not_before      timestamptz not null default now(),
  claimed_at      timestamptz,
  body_started_at timestamptz,
  finished_at     timestamptz,
  reply           text,
  planned_at      timestamptz not null default now(),
  unique (subject, kind, occasion, role, epoch)
) with (fillfactor = 80);
create index effect_open on effect (not_before) where status = 'PLANNED';
create index effect_claimed on effect (claimed_at) where status in ('CLAIMED', 'BODY_STARTED');

create table brake (
  release    text        primary key,
  pulled_at  timestamptz not null,
  reason     text        not null,
  released_at timestamptz,
  -- why an operator let it go on
  released_because text
);
