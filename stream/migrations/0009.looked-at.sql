-- depends: 0008.epoch

-- What operators ask first, found without reading every row: the newest effects, those that failed, the epochs that a
-- human began, and what is parked of a registration. Written once a row, most of them of few rows.
create index effect_newest on effect (planned_at desc, id);
create index effect_failed on effect (planned_at) where status = 'FAILED';
create index effect_epoch on effect (epoch) where epoch > 0;
create index redelivery_parked_of on redelivery (key) where kind = 'parked' and not handled;
