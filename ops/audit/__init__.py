"""An independent audit: compares what Kafka, Postgres, the mailbox and Keylane hold, without the workers' code."""
