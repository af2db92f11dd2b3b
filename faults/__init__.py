"""Everything that can go wrong, made to go wrong: simulated by the thousand, and for real on the sandbox."""
