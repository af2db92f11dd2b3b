"""Have Keylane configure every connection, learn from its reports how each ends, and call it off when it is to end.

Consumes PolicyEnriched, ConnectionsWithdrawn, RegistrationEnded and ProvisioningReported; emits ProvisioningRequested
and ProvisioningCancelled (one per connection, to Keylane), CycleRequested, CustomerActionNeeded, LinkRealised and
ProvisioningRefused. No side effects.
"""
