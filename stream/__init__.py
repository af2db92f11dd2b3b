"""The runtime: records in, recorded outcomes out, once. Knows Kafka and Postgres, and nothing of the trade.

All modules, in the best order for reading:

- What a service declares: `service`, `document`. What travels: `record`, its `lane`, its `identity`, its `answer`.
- The loop: `step`, `worker`; and what these need, step by step.
  - Receive: `limits`, `queue_timing`, `lanes`, `recall` (what a predecessor left). Decode: `decode`.
  - Look up and load: `touched_documents`, `known`, `horizon`. Decide: `fold`, `guard`, `new_row`, `emission`, and the
    `brake`.
  - Commit: `commits`. What follows from each of the `errors`; and `crash`, where a fault test kills.
- The ports: `transport`, `store`, `clock`. Beside the loop: `beside`.
- Kafka: `kafka*`, `client_id`; and where its client does not suit us: `busy_topics`, `seen_lag`, `fast_fetch`,
  `tolerant_records`, `group_offsets`.
- Postgres: `postgres*`, `read_pool`.
- The package `memory`: both ports and the clock, for tests and the simulation.
- The process: `run`, `settings`, `environment`, `collector`, `half_open`; `joining`, `keeper`, `outage`. What it tells:
  `health`, `metrics`, `metrics_page`, `telemetry`, `message_mark`.
"""
