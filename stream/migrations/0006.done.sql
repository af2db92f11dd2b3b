-- depends: 0005.pause

-- An effect that is done wakes its registration, whoever noted it, in the transaction that notes it: what is said about
-- it is the outcome of this row. The row has the effect's own id, so there is one, however often it is noted. All of
-- one second are due when it is over: they are taken together, and a batch costs much more than a row.
-- The text is what stream/decode.py reads as a Done, and stream/memory/tables.py writes.
create function wake_done() returns trigger language plpgsql set search_path from current as $$
begin
  insert into redelivery
    (id, lane, key, kind, due_at, attempt, blocks, topic, partition, log_offset, headers, value, hash, reason, first_at)
  values (new.id, new.lane, new.subject, 'tick', date_trunc('second', now()) + interval '1 second', 0, false, '~tick', new.lane, 0, '[]',
    convert_to(json_build_object('key', new.subject, 'effect', new.kind, 'occasion', new.occasion, 'role', new.role,
      'epoch', new.epoch, 'at', coalesce(new.body_started_at, now()))::text, 'UTF8'),
    '', 'DONE', now())
  on conflict (id) do nothing;
  return null;
end
$$;
create trigger effect_done after update of status on effect for each row
  when (new.status = 'SENT' and old.status <> 'SENT') execute function wake_done();
