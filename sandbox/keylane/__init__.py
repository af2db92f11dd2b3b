"""A simulator of Keylane: ProvisioningRequested in, ProvisioningReported out, by the contract in docs/keylane.md.

A process of its own with a record of its own: what it received and what it will say is on disk before Kafka hears that
it was received, and a report has its id and its bytes from that moment on. Killed anywhere, it says the same again.
"""
