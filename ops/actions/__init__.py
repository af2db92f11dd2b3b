"""What operators do and look at: it is shown before it is done, recorded with a reason, and published as events."""
