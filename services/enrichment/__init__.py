"""Add what a.s.r. knows about the policies behind a registration, or wait for it.

Consumes RegistrationSubmitted; emits PolicyEnriched, or PolicyAwaited once and PolicyEnriched when the policy is there.
No side effects; reads the policy data that stand in its own schema (policies.py loads them).
"""
