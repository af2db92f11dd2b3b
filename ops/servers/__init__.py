"""How commands reach Kafka and Postgres: where they are, and as whom they are asked."""
