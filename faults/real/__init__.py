"""Faults made for real, one after the other, on a sandbox that takes registrations meanwhile."""
