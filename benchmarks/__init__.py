"""`make bench`: what an onboarding costs, on a sandbox of its own (docs/performance.md)."""
