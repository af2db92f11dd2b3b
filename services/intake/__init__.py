"""Accept what web forms send, or say everything that has to be corrected; hold what comes early until its gate opens.

Consumes FormReceived, ProcessorReviewed and, to free the claims on connections that Keylane has refused or that a
correction has left, ProvisioningRefused and CycleRequested; emits RegistrationSubmitted, RegistrationHeld,
RegistrationRejected, CorrectionRefused, ConnectionsWithdrawn, RegistrationEnded, LinkRequested, ProcessorApplied,
ProcessorConfirmed and ProcessorDeclined. No side effects.

Read `decide` first: it says which module answers what.

- A whole form (`considering`): `registration`, `successor` (one that takes another's place), `processor` and
  `link_request`; what has faults, `rejection`.
- What is `handed_over` to an earlier registration: `correction`, `withdrawal`, and again `successor`.
- What befalls a registration later: `held_registration`, `ending`, `keylane_claims`, `found_numbers`,
  `moved_processor`.
- What these share: `claims`, `still_wanted`, `holding`, `employer_request`, `told_employer`, `named_form`,
  `submission`, `gate_state`, `waking`; the names `gate` and `claim_key`; what is remembered, `documents`; and which of
  it an event or a form is about, `touched`.
- What commands do in its schema, for whoever runs it in memory: `in_memory`.
"""
