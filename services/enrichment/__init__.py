"""Add a.s.r.'s policy data to a registration, or wait for them or for the employer's mandate.

Consumes RegistrationSubmitted and RegistrationEnded. Emits PolicyEnriched once nothing is missing, and until then
PolicyAwaited for each new reason to wait and for each reminder of a mandate. No side effects; reads the policy data in
its own schema (policies.py loads them).
"""
