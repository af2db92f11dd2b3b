"""The state of the services: what waits for them, and what keeps them from taking it."""
