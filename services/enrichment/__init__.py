"""Add what a.s.r. knows about the policies behind a registration, or wait for them or for the employer's mandate.

Consumes RegistrationSubmitted and RegistrationEnded; emits PolicyEnriched, or PolicyAwaited for each new reason to wait
and for each reminder of a mandate, and PolicyEnriched when nothing is missing any more. No side effects; reads the
policy data that stand in its own schema (policies.py loads them).
"""
