"""Where a registration stands and what happened to it, read from what the services keep, and told in words."""
