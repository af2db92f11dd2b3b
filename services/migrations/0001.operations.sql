-- What operators did to the services' data, in a schema of its own that no service's role may use.

create table action (
  id           uuid        primary key default gen_random_uuid(),
  -- the actions of one command have the same
  command      uuid        not null,
  at           timestamptz not null default now(),
  who          text        not null,
  role         text        not null default session_user,
  what         text        not null,
  why          text        not null check (why ~ '\S'),
  service      text        not null,
  -- the row, mail, replay or release that it was done to
  target       text        not null,
  registration text,
  before       jsonb       not null,
  after        jsonb       not null
);
create index action_at on action (at);
create index action_target on action (service, target);

create function stay_on_record() returns trigger language plpgsql as $$
begin
  raise exception 'what was done stays on record';
end
$$;
create trigger action_stays before update or delete on action for each row execute function stay_on_record();
create trigger action_stays_whole before truncate on action for each statement execute function stay_on_record();

-- A range of a topic on its way into a service's queue.
create table replay (
  id          uuid        primary key,
  begun_at    timestamptz not null default now(),
  service     text        not null,
  topic       text        not null,
  -- what was asked for, as it was typed: asked again, it goes on
  asked       text        not null,
  -- lane -> first offset and the one behind the last, as they were when it began
  ranges      jsonb       not null,
  -- lane -> the offset to go on from
  positions   jsonb       not null,
  queued      bigint      not null default 0,
  finished_at timestamptz
);
create unique index replay_unfinished on replay (asked) where finished_at is null;
