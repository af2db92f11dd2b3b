-- depends: 0001.heard

-- The same, and of the corrections that were refused only those that lapsed: they end a hold, the others change nothing.
create or replace view heard as
select key, (
  select jsonb_agg(jsonb_build_array(
    entry -> 'event', entry -> 'at', entry -> 'said' -> 'cycle', entry -> 'said' -> 'connection'
  ))
  from jsonb_array_elements(document -> 'entries') entry
  where entry ->> 'event' <> 'notification-sent'
    and (entry ->> 'event' <> 'provisioning-reported' or entry -> 'said' ->> 'note' = 'accepted')
    and (entry ->> 'event' <> 'correction-refused' or entry -> 'said' -> 'why' @> '[{"code": "LAPSED"}]')
) as entries
from state where kind = 'timeline' and document is not null;
