"""Whom a mail goes to: a role, for the address is the form's affair."""

APPLICANT, EMPLOYER, PROCESSOR = "applicant", "employer", "processor"
NEW_ADDRESS = "new-address"
"""The applicant's too, by a correction that had to wait."""
FORMER_ADDRESS = "former-address"
"""The applicant's until now, which a correction has left."""
