"""What the live view costs and how fast it is, alone with Kafka: `python -m benchmarks.live_view`."""
