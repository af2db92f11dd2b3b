"""Accept what web forms send, or say everything that has to be corrected; hold what comes early until its gate opens.

Consumes FormReceived, ProcessorReviewed and, to free the claims on connections that Keylane has refused or that a
correction has left, ProvisioningRefused and CycleRequested; emits RegistrationSubmitted, RegistrationHeld,
RegistrationRejected, CorrectionRefused, ConnectionsWithdrawn, RegistrationEnded, LinkRequested, ProcessorApplied,
ProcessorConfirmed and ProcessorDeclined. No side effects. Numbers that a.s.r. finds for a registration come by the
queue (found_numbers.py), and so does a processor's other address (moved_processor.py).
"""
