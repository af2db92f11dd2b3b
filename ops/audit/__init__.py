"""An independent judge: what Kafka, Postgres, the mailbox and Keylane hold, compared; nothing of the workers' code."""
