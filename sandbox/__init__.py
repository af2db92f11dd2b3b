"""Everything on one machine without containers: Kafka, Postgres, mailbox, Keylane's simulator, supervision."""
