"""What a.s.r. gives: files that are loaded whole, and the numbers that it found for one registration."""
