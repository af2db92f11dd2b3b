"""Add a.s.r.'s policy data to a registration, or wait for them.

Consumes RegistrationSubmitted; emits PolicyEnriched, or PolicyAwaited first. Reads the table of policies, which
`policies.py` fills; a registration without a policy goes on by itself when its policy is loaded. No side effects.
"""
