"""The runtime: records in, recorded outcomes out, once. Knows Kafka and Postgres, knows no business word."""
