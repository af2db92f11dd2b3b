"""Accept what web forms send, or say everything that has to be corrected; hold what comes early until its gate opens.

Consumes FormReceived, ProcessorReviewed and, to free the claim of a connection that Keylane refused,
ProvisioningRefused; emits RegistrationSubmitted, RegistrationHeld, RegistrationRejected, CorrectionRefused,
RegistrationEnded, LinkRequested, ProcessorApplied, ProcessorConfirmed and ProcessorDeclined. No side effects.
"""
