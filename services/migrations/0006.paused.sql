-- depends: 0005.done

-- An operator lets it wait; who drives it goes on when this is empty again.
alter table replay add column paused_at timestamptz;
