-- depends: 0001.runtime

-- A settlement in one round trip: every table's part, every guard checked by the number of rows it moved.
-- Raises KR001 (somebody was first), KR002 (the lane was taken over), KR003 (a position is not what was written).
create function settle(
  first_id uuid[], first_hash bytea[], first_outcome text[], first_reason text[], first_events bytea[],
  first_subject text[], first_at timestamptz[],
  again_id uuid[], again_hash bytea[], again_attempt integer[], again_outcome text[], again_reason text[],
  again_events bytea[],
  state_kind text[], state_key text[], state_lane integer[], state_revision integer[], state_seen text[],
  state_correlation text[], state_due_at timestamptz[], state_waits_for text[], state_document text[],
  row_id uuid[], row_lane integer[], row_key text[], row_kind text[], row_due_at timestamptz[], row_attempt integer[],
  row_blocks boolean[], row_topic text[], row_partition integer[], row_offset bigint[], row_record_key bytea[],
  row_headers bytea[], row_value bytea[], row_hash bytea[], row_reason text[], row_trace text[],
  row_first_at timestamptz[],
  answer_id uuid[], answer_attempt integer[], answer_by uuid[], answer_handled boolean[], answer_next integer[],
  answer_due_at timestamptz[], answer_blocks boolean[], answer_reason text[], answer_trace text[],
  effect_id uuid[], effect_lane integer[], effect_subject text[], effect_kind text[], effect_occasion text[],
  effect_role text[], effect_epoch integer[], effect_payload text[],
  move_lane integer[], move_epoch bigint[], move_before text[], move_after text[],
  shared_kind text[], shared_key text[], shared_revision integer[]
) returns void language plpgsql as $$
declare
  moved bigint;
begin
  if shared_key is not null then
    -- A row that does not exist can not be locked: it is made first.
    insert into state (kind, key, lane)
    select n.kind, n.key, -1 from unnest(shared_kind, shared_key) as n(kind, key)
    on conflict (kind, key) do nothing;
    perform from state s join unnest(shared_kind, shared_key) as n(kind, key) using (kind, key)
    where (s.kind, s.key) in (select w.kind, w.key from unnest(state_kind, state_key) as w(kind, key))
    order by s.kind, s.key for update of s;
    -- What is only read may be read by others at the same time: all registrations of one processor read its gate.
    perform from state s join unnest(shared_kind, shared_key) as n(kind, key) using (kind, key)
    where (s.kind, s.key) not in (select w.kind, w.key from unnest(state_kind, state_key) as w(kind, key))
    order by s.kind, s.key for share of s;
    -- Compared in a later statement: one that waits for a lock does not see what its holder wrote.
    select count(*) into moved
    from state s join unnest(shared_kind, shared_key, shared_revision) as n(kind, key, revision) using (kind, key)
    where s.revision = n.revision;
    if moved < cardinality(shared_key) then
      raise exception 'a shared document has moved on since it was read' using errcode = 'KR001';
    end if;
  end if;
  if first_id is not null then
    insert into journal (id, hash, attempt, outcome, reason, events, subject, first_at)
    select n.id, n.hash, 1, n.outcome, n.reason, n.events, n.subject, n.at
    from unnest(first_id, first_hash, first_outcome, first_reason, first_events, first_subject, first_at)
      as n(id, hash, outcome, reason, events, subject, at)
    on conflict (id) do nothing;
    get diagnostics moved = row_count;
    if moved < cardinality(first_id) then
      raise exception 'a journal entry stands that the look-up did not show' using errcode = 'KR001';
    end if;
  end if;
  if again_id is not null then
    update journal j
    set hash = n.hash, attempt = n.attempt, outcome = n.outcome, reason = n.reason, events = n.events
    from unnest(again_id, again_hash, again_attempt, again_outcome, again_reason, again_events)
      as n(id, hash, attempt, outcome, reason, events)
    where j.id = n.id and j.outcome = 'park' and j.attempt = n.attempt - 1;
    get diagnostics moved = row_count;
    if moved < cardinality(again_id) then
      raise exception 'a journal entry has moved on from the attempt that was taken' using errcode = 'KR001';
    end if;
  end if;
  if state_kind is not null then
    insert into state (kind, key, lane, revision, seen, correlation, due_at, waits_for, document)
    select n.kind, n.key, n.lane, n.revision, n.seen::jsonb, n.correlation, n.due_at,
      case n.waits_for when '[]' then '{}'::text[]
        else array(select jsonb_array_elements_text(n.waits_for::jsonb)) end,
      n.document::jsonb
    from unnest(state_kind, state_key, state_lane, state_revision, state_seen, state_correlation, state_due_at,
        state_waits_for, state_document)
      as n(kind, key, lane, revision, seen, correlation, due_at, waits_for, document)
    on conflict (kind, key) do update set
      lane = excluded.lane, revision = excluded.revision, seen = excluded.seen, correlation = excluded.correlation,
      due_at = excluded.due_at, waits_for = excluded.waits_for, document = excluded.document;
  end if;
  if row_id is not null then
    with queued as (
      insert into redelivery (id, lane, key, kind, due_at, attempt, blocks, topic, partition, log_offset, record_key,
        headers, value, hash, reason, trace, first_at)
      select * from unnest(row_id, row_lane, row_key, row_kind, row_due_at, row_attempt, row_blocks, row_topic,
        row_partition, row_offset, row_record_key, row_headers, row_value, row_hash, row_reason, row_trace,
        row_first_at)
      on conflict (id) do nothing returning kind
    )
    select count(*) into moved from queued where kind <> 'moved';
    -- Only a record that was moved to another lane may stand there already.
    if moved < cardinality(array_remove(row_kind, 'moved')) then
      raise exception 'a redelivery row stands that nothing accounts for' using errcode = 'KR001';
    end if;
  end if;
  if answer_id is not null then
    -- A parked row that carried a record here becomes the record's own: what follows stays behind it.
    update redelivery r set id = case when n.handled then r.id else n.answered_by end,
      answered_by = n.answered_by, handled = n.handled, attempt = n.next_attempt,
      kind = case when n.handled then r.kind else 'parked' end,
      due_at = case when n.handled then r.due_at else n.due_at end,
      blocks = case when n.handled then r.blocks else n.blocks end,
      reason = case when n.handled then r.reason else n.reason end,
      trace = case when n.handled then r.trace else n.trace end
    from unnest(answer_id, answer_attempt, answer_by, answer_handled, answer_next, answer_due_at, answer_blocks,
        answer_reason, answer_trace)
      as n(id, attempt, answered_by, handled, next_attempt, due_at, blocks, reason, trace)
    where r.id = n.id and r.attempt = n.attempt and r.answered_by is null;
    get diagnostics moved = row_count;
    if moved < cardinality(answer_id) then
      raise exception 'a redelivery row has moved on from the attempt that was taken' using errcode = 'KR001';
    end if;
  end if;
  if effect_id is not null then
    insert into effect (id, lane, subject, kind, occasion, role, epoch, payload)
    select n.id, n.lane, n.subject, n.kind, n.occasion, n.role, n.epoch, n.payload::jsonb
    from unnest(effect_id, effect_lane, effect_subject, effect_kind, effect_occasion, effect_role, effect_epoch,
        effect_payload)
      as n(id, lane, subject, kind, occasion, role, epoch, payload)
    on conflict do nothing;
  end if;
  update lane l set settled = l.settled || n.after::jsonb
  from unnest(move_lane, move_epoch, move_before, move_after) as n(lane, epoch, before, after)
  where l.lane = n.lane and l.epoch = n.epoch and l.settled @> n.before::jsonb;
  get diagnostics moved = row_count;
  if moved < cardinality(move_lane) then
    perform from unnest(move_lane, move_epoch) as n(lane, epoch)
      left join lane l on l.lane = n.lane and l.epoch = n.epoch where l.lane is null;
    if found then
      raise exception 'the lane was taken over' using errcode = 'KR002';
    end if;
    raise exception 'a settled position in Postgres is not the one this worker wrote' using errcode = 'KR003';
  end if;
end
$$;
