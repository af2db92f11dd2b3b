-- depends: 0001.policies

-- Whoever waits for a policy listens for a match too from now on; who waited before did not, where it had both numbers.
update state set
  waits_for = array_append(waits_for, 'policy:' || key),
  document = jsonb_set(document, '{waits_for}', (document -> 'waits_for') || to_jsonb('policy:' || key))
where kind = 'enrichment' and jsonb_typeof(document -> 'waiting') = 'object' and 'policy:' || key <> all (waits_for);
