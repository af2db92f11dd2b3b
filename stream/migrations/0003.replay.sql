-- depends: 0002.settle

-- Records brought once more by an operator's replay.
alter table redelivery drop constraint redelivery_kind_check;
alter table redelivery add constraint redelivery_kind_check
  check (kind in ('parked', 'queued', 'moved', 'tick', 'replay'));
create index redelivery_replay on redelivery (id) where kind = 'replay';
create index effect_uncertain on effect (planned_at) where status = 'UNCERTAIN';
