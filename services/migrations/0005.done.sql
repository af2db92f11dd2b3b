-- depends: 0004.unsaid

-- What changed something, the newest first: who only looked is on record too, far more often.
create index action_done on action (at desc, id) where what not in ('look', 'look raw');
