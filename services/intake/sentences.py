"""What intake says of a form beside the faults of its check: what only those who remember others can know."""

ALREADY_REGISTERED = (
    "Deze werkgeverscode is al aangemeld. Was jij dat? Verbeter, stop of vervang dan die aanmelding, met de referentie "
    "en de code uit onze mail daarover. Was het een vorige salarisverwerker? Laat die de aanmelding dan stoppen. Weet "
    "je het niet? Neem dan contact op met a.s.r."
)
REGISTERED_MEANWHILE = (
    "Terwijl jouw aanmelding wachtte, hebben wij voor deze werkgeverscode een andere aanmelding verwerkt. Weet je "
    "daar niets van? Neem dan contact op met a.s.r."
)
PROCESSOR_ALREADY_REGISTERED = (
    "Met dit e-mailadres is al een salarisverwerker aangemeld voor dit salarispakket. Was jij dat? Verbeter of stop "
    "dan die aanmelding, met de referentie en de code uit onze mail daarover. Anders is een ander e-mailadres nodig."
)
REFERENCE_TAKEN = "Je aanmelding kreeg een nummer dat al bestaat. Vul het formulier opnieuw in."
REFERENCE_UNKNOWN = "Deze referentie kennen wij niet. Neem haar over uit onze mail."
CODE_WRONG = "Deze code klopt niet of is verlopen. Vul het formulier opnieuw in, met de code uit onze nieuwste mail."
HAS_ENDED = "Onder deze referentie loopt niets meer. Vul een nieuw formulier in als je dat wilt."
