-- depends: 0001.newest

-- Processors, few among many registrations, by where their review stands.
create index state_processors on state ((document ->> 'answer'), (document ->> 'since'))
  where kind = 'intake' and document ->> 'answer' in ('applied', 'confirmed', 'declined');
