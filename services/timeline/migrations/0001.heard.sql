-- depends: 0001.runtime

-- Which stage each event of a registration led to, without anything else that is remembered: what the live view, whose
-- role may read this and no table, compares itself with. Of Keylane's reports only that a connection was taken in.
create view heard as
select key, (
  select jsonb_agg(jsonb_build_array(
    entry -> 'event', entry -> 'at', entry -> 'said' -> 'cycle', entry -> 'said' -> 'connection'
  ))
  from jsonb_array_elements(document -> 'entries') entry
  where entry ->> 'event' <> 'notification-sent'
    and (entry ->> 'event' <> 'provisioning-reported' or entry -> 'said' ->> 'note' = 'accepted')
) as entries
from state where kind = 'timeline' and document is not null;
