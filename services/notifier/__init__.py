"""Tell people how their registration fares.

Consumes every event that people hear of; emits nothing yet (NotificationSent is to come). Each event becomes a row of
the mail ledger for everybody who is told, in the transaction that records the event; a sender beside the worker mails
the rows, and writes the correction codes into them. Side effect: e-mail, at most one accepted per row, and none missing
without being visible.
"""
