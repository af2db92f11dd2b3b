"""What a.s.r. provides: files to load, numbers for a registration that waits, and its reviews of processors."""
