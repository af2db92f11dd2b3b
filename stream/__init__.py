"""The runtime: records in, recorded outcomes out, once. Knows Kafka and Postgres, knows no business word.

All modules, in the order in which they are best read:

- What a service says: `service`, `document`. What comes and goes: `record`, its `lane`, its `identity`, its `answer`.
- The loop: `step`, `worker`; and step by step what these need.
  - Receive: `limits`, `queue_timing`, `lanes`, `recall` (what a predecessor left). Decode: `decode`.
  - Look up and load: `touched_documents`, `known`, `horizon`. Decide: `fold`, `guard`, `new_row`, `emission`, and the
    `brake`.
  - Commit: `commits`. What follows from each of the `errors`; and `crash`, where a fault test kills.
- The ports: `transport`, `store`, `clock`. What stands beside the loop: `beside`.
- Kafka: `kafka*`, `client_id`; and what its client does not do as we need it: `busy_topics`, `seen_lag`,
  `fast_fetch`, `tolerant_records`, `group_offsets`.
- Postgres: `postgres*`, `read_pool`.
- The package `memory`: both ports and the clock, for tests and the simulation.
- The process: `run`, `settings`, `environment`, `collector`; `joining`, `keeper`, `outage`. What it tells: `health`,
  `metrics`, `metrics_page`, `telemetry`, `message_mark`.
"""
