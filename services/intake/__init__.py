"""Accept forms, or say everything that has to be corrected; hold registrations that come early until their gates open.

Consumes FormReceived, ProcessorReviewed and, to free the claims on connections that Keylane has refused or that a
correction has left, ProvisioningRefused and CycleRequested. Emits RegistrationSubmitted, RegistrationHeld,
RegistrationRejected, CorrectionRefused, ConnectionsWithdrawn, RegistrationEnded, LinkRequested, ProcessorApplied,
ProcessorConfirmed and ProcessorDeclined. No side effects.

Read `decide` first: it says which module answers what.

- A whole form (`considering`): `registration`, `successor`, `processor` and `link_request`; a form with faults:
  `rejection`.
- A form that is `handed_over` to an earlier registration: `correction`, `withdrawal`, and again `successor`.
- Later in a registration's life: `held_registration`, `ending`, `keylane_claims`, `found_numbers`, `moved_processor`.
- Shared by these: `claims`, `still_wanted`, `holding`, `employer_request`, `told_employer`, `named_form`,
  `submission`, `gate_state`, `waking`; the names `gate` and `claim_key`; the state, `documents`; and which documents
  an event or a form touches, `touched`.
- The effects of commands in its schema, for whoever runs it in memory: `in_memory`.
"""
