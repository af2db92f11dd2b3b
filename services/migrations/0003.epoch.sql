-- depends: 0002.stopped

-- Which epoch of effects a forced replay begins; 0 for any other. Its records are told apart by it, so it is its alone.
alter table replay add column epoch integer not null default 0;
create unique index replay_epoch on replay (epoch) where epoch > 0;
