"""A simulator of Keylane, by the contract in docs/keylane.md.

ProvisioningRequested and ProvisioningCancelled in, ProvisioningReported out. After a cancellation it says nothing more
about what was requested before, unless its script has it do so.

A process of its own with a record of its own: what it received and what it will say is on disk before Kafka hears that
it was received, and a report has its id and its bytes from that moment on. Killed anywhere, it says the same again.
"""
