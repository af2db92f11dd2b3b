"""Tell people how their registration fares.

Consumes every event that people hear of; emits NotificationSent. Each event becomes a row of the mail ledger for
everybody who is told, in the transaction that records the event; a sender beside the worker mails the rows, and writes
the correction codes into them. A row that is noted as SENT, by the sender or by an operator, wakes its registration in
the same transaction, and what the worker says of it is the outcome of that. Side effect: e-mail, at most one accepted
per row, and none missing without being visible.
"""
