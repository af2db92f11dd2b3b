"""Forms on this side of Kafka: made up, read from files, checked and sealed, and sent."""
