"""How commands reach Kafka and Postgres: their addresses, and connections with operators' rights."""
