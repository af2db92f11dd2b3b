"""Tell people how their registration fares.

Consumes LinkRealised, CustomerActionNeeded, ProvisioningRefused and RegistrationRejected; emits nothing. Each becomes
a row of the mail ledger, in the transaction that records the event; a sender beside the worker mails the rows. Side
effect: e-mail, at most one accepted per row, and none missing without being visible.
"""
