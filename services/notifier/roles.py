"""Whom a mail goes to, by role; the address comes from the form."""

APPLICANT, EMPLOYER, PROCESSOR = "applicant", "employer", "processor"
NEW_ADDRESS = "new-address"
"""The applicant at the address that a correction gave, which had to wait."""
FORMER_ADDRESS = "former-address"
"""The applicant at the address that a correction has left."""
