"""Have Keylane configure every connection, learn each outcome from its reports, and cancel connections that end.

Consumes PolicyEnriched, ConnectionsWithdrawn, RegistrationEnded and ProvisioningReported; emits ProvisioningRequested
and ProvisioningCancelled (one per connection, to Keylane), CycleRequested, CustomerActionNeeded, LinkRealised and
ProvisioningRefused. No side effects.
"""
