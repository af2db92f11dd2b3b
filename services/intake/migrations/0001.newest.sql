-- depends: 0001.runtime

-- The newest registrations, for who looks at them: moments are written in UTC, so their text has their order.
create index state_newest on state ((document ->> 'since') desc) where kind = 'intake' and document is not null;
