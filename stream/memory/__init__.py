"""The ports in memory, for tests and the simulation; they pass the contract tests of the real ones."""
