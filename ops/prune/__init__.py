"""`koppeling prune`: the journals' entries that lie beyond the horizon, removed in small batches."""
