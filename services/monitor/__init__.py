"""Show all registrations live: how many are at which stage, for how long, and which are stuck.

Consumes every event that tells a registration's stage, dead letters and its own alerts; emits RegistrationStuck. It is
beside the money path, on Faust: nothing waits for it, and reading the topics from their beginning builds it again.
"""
