"""The mails in Dutch: one file per kind, its values and its words, shown as text and as HTML of equal content."""
