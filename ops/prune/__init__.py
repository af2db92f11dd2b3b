"""`koppeling prune`: removes journal entries beyond the horizon, in small batches."""
