"""The mails in Dutch: one module for each kind, with its values and texts, written as text and as HTML."""
