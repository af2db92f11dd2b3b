"""What intake says of a form beside the faults of its check: what only those who remember others can know."""

ALREADY_REGISTERED = "Deze werkgeverscode is al aangemeld. Is dat door jou gedaan? Dan hoef je niets te doen."
REFERENCE_TAKEN = "Je aanmelding kreeg een nummer dat al bestaat. Vul het formulier opnieuw in."
