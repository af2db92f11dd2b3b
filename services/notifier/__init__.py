"""Tell people about the progress of their registration.

Consumes every event that people are told of; emits NotificationSent. Each event becomes a row of the mail ledger for
everybody who is told, in the transaction that records the event. A sender beside the worker mails the rows, and writes
the correction codes into them. When the sender or an operator notes a row as SENT, the same transaction wakes its
registration, and NotificationSent is the outcome of that wake-up. Side effect: e-mail, at most one accepted per row,
and none missing without being visible.
"""
