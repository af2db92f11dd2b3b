-- depends: 0001.operations

-- An operator ended it before its end; what was queued by then was handled.
alter table replay add column stopped_at timestamptz;
