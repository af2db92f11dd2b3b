"""Accept what web forms send, or say everything that has to be corrected.

Consumes FormReceived and, to free the claim of a connection that Keylane refused, ProvisioningRefused; emits
RegistrationSubmitted or RegistrationRejected. No side effects.
"""
