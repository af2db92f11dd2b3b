"""Have Keylane configure every connection, and learn from its reports how each ends.

Consumes PolicyEnriched and ProvisioningReported; emits ProvisioningRequested (one per connection, to Keylane),
CustomerActionNeeded, LinkRealised and ProvisioningRefused. No side effects.
"""
