"""What operators do and look at: shown before it is done, recorded with why, and said as events."""
