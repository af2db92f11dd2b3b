"""One package for each service of the flow; none imports another."""
