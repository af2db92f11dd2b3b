-- depends: 0004.parked

-- An operator's wish that nothing be taken: it stands for every release, until an operator takes the row away.
create table pause (
  one    boolean     primary key default true check (one),
  since  timestamptz not null default now(),
  reason text        not null
);
