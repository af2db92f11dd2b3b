"""The whole chain in one thread under a clock of its own: what one seed decides happens, exactly, every time."""
