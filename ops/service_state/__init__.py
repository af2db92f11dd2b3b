"""How services are: what waits for them, and what keeps them from taking it."""
