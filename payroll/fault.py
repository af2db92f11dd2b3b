"""What can be wrong with a form, each with its own code and a sentence for the customer in plain Dutch.

A sentence never holds what was typed: it may be a secret or a person's number.
"""

from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """The closed set of codes. Web forms decide by code, people read the message."""

    REQUIRED = "REQUIRED"
    WRONG_TYPE = "WRONG_TYPE"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    FIELD_NOT_ASKED = "FIELD_NOT_ASKED"
    TOO_LARGE = "TOO_LARGE"
    TOO_LONG = "TOO_LONG"
    TOO_MANY = "TOO_MANY"
    TOO_MANY_FAULTS = "TOO_MANY_FAULTS"
    CONTROL_CHARACTER = "CONTROL_CHARACTER"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    NOT_FINITE = "NOT_FINITE"
    NOT_UNICODE = "NOT_UNICODE"
    UNKNOWN_KIND = "UNKNOWN_KIND"
    UNKNOWN_PACKAGE = "UNKNOWN_PACKAGE"
    UNKNOWN_FREQUENCY = "UNKNOWN_FREQUENCY"
    KIND_NOT_OFFERED = "KIND_NOT_OFFERED"
    EMAIL_INVALID = "EMAIL_INVALID"
    EMAIL_NOT_ONE = "EMAIL_NOT_ONE"
    BSN_REFUSED = "BSN_REFUSED"
    NAME_HOLDS_LINK = "NAME_HOLDS_LINK"
    PERSONNEL_NUMBER_FORMAT = "PERSONNEL_NUMBER_FORMAT"
    PERSONNEL_NUMBER_DUPLICATE = "PERSONNEL_NUMBER_DUPLICATE"
    DGA_DUPLICATE = "DGA_DUPLICATE"
    CONTRACT_NUMBER_FORMAT = "CONTRACT_NUMBER_FORMAT"
    CONTRACT_NUMBER_UNUSUAL = "CONTRACT_NUMBER_UNUSUAL"
    CONTRACT_NUMBER_IS_LHNR = "CONTRACT_NUMBER_IS_LHNR"
    LHNR_DIGITS_TOO_FEW = "LHNR_DIGITS_TOO_FEW"
    LHNR_DIGITS_TOO_MANY = "LHNR_DIGITS_TOO_MANY"
    LHNR_WITHOUT_SUBNUMBER = "LHNR_WITHOUT_SUBNUMBER"
    LHNR_SUBNUMBER_TOO_SHORT = "LHNR_SUBNUMBER_TOO_SHORT"
    LHNR_SUBNUMBER_TOO_LONG = "LHNR_SUBNUMBER_TOO_LONG"
    LHNR_SUBNUMBER_ZERO = "LHNR_SUBNUMBER_ZERO"
    LHNR_VAT_NUMBER = "LHNR_VAT_NUMBER"
    LHNR_IS_CONTRACT_NUMBER = "LHNR_IS_CONTRACT_NUMBER"
    LHNR_FORMAT = "LHNR_FORMAT"
    LHNR_ZERO = "LHNR_ZERO"
    LHNR_NO_CHECK_DIGIT = "LHNR_NO_CHECK_DIGIT"
    LHNR_CHECK_DIGIT = "LHNR_CHECK_DIGIT"
    LHNR_STARTS_WITH_000 = "LHNR_STARTS_WITH_000"
    CLIENT_ID_WHITE_SPACE = "CLIENT_ID_WHITE_SPACE"
    EMPLOYER_CODE_FORMAT = "EMPLOYER_CODE_FORMAT"
    EMPLOYER_CODE_IS_UUID = "EMPLOYER_CODE_IS_UUID"
    EMPLOYER_CODE_UNUSUAL = "EMPLOYER_CODE_UNUSUAL"
    EMPLOYER_CODE_DUPLICATE = "EMPLOYER_CODE_DUPLICATE"
    CONNECTION_UNKNOWN = "CONNECTION_UNKNOWN"
    REFERENCE_FORMAT = "REFERENCE_FORMAT"
    SECRET_IN_WRONG_FIELD = "SECRET_IN_WRONG_FIELD"  # noqa: S105 -- a code, no secret
    SECRET_NOT_SEALED = "SECRET_NOT_SEALED"  # noqa: S105 -- a code, no secret
    SECRET_BOUND_ELSEWHERE = "SECRET_BOUND_ELSEWHERE"  # noqa: S105 -- a code, no secret
    SECRET_LENGTH = "SECRET_LENGTH"  # noqa: S105 -- a code, no secret


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to correct, or with `warning` one thing for the reviewer to look at.

    `field` is the path in the form's JSON, dotted, lists counted from 0: `connections.0.employer_code`.
    """

    field: str
    code: FaultCode
    message: str
    warning: bool = False


class FieldError(ValueError):
    """A typed value breaks its field's rule; the caller knows which field.

    `taken_before` is its normal form if an earlier release may have accepted it: what was accepted once stays accepted.
    """

    def __init__(self, code: FaultCode, message: str | None = None, *, taken_before: object = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message or MESSAGES[code]
        self.taken_before = taken_before


def fault(field: str, code: FaultCode) -> Fault:
    """The fault with its usual message."""
    return Fault(field, code, MESSAGES[code])


MESSAGES: dict[FaultCode, str] = {
    FaultCode.REQUIRED: "Dit veld is nog leeg. Vul het in.",
    FaultCode.WRONG_TYPE: "Dit veld heeft de verkeerde vorm. Neem contact op met de maker van het formulier.",
    FaultCode.UNKNOWN_FIELD: "Dit veld kennen wij niet. Neem contact op met de maker van het formulier.",
    FaultCode.FIELD_NOT_ASKED: "Dit veld hoort niet bij dit formulier of dit salarispakket. Laat het leeg.",
    FaultCode.TOO_LARGE: "Dit formulier is te groot. Stuur het opnieuw, met alleen wat er gevraagd wordt.",
    FaultCode.TOO_LONG: "Wat hier staat is te lang. Maak het korter.",
    FaultCode.TOO_MANY: "Hier staan er te veel. Verdeel ze over meer aanmeldingen.",
    FaultCode.TOO_MANY_FAULTS: "Er zijn nog meer fouten. Verbeter eerst de fouten die hier staan.",
    FaultCode.CONTROL_CHARACTER: "Hier staan onzichtbare tekens in. Typ de tekst opnieuw, zonder te plakken.",
    FaultCode.DUPLICATE_KEY: "Dit veld kwam twee keer binnen. Neem contact op met de maker van het formulier.",
    FaultCode.NOT_FINITE: "In het formulier staat een getal dat niet bestaat. Vraag de maker ervan om hulp.",
    FaultCode.NOT_UNICODE: "Hier staan kapotte tekens in. Typ de tekst opnieuw.",
    FaultCode.UNKNOWN_KIND: "Deze soort aanmelding kennen wij niet. Neem contact op met de maker van het formulier.",
    FaultCode.UNKNOWN_PACKAGE: "Dit salarispakket kennen wij niet. Kies een pakket uit de lijst.",
    FaultCode.UNKNOWN_FREQUENCY: "Kies of je per maand of per vier weken verloont.",
    FaultCode.KIND_NOT_OFFERED: "Voor dit salarispakket kan deze soort aanmelding niet. Kies een ander formulier.",
    FaultCode.EMAIL_INVALID: "Dit is geen geldig e-mailadres. Controleer het op typefouten.",
    FaultCode.EMAIL_NOT_ONE: "Vul precies één e-mailadres in, zonder naam erbij.",
    FaultCode.BSN_REFUSED: "Dit lijkt een burgerservicenummer (BSN). Dat vragen wij niet. Haal het weg.",
    FaultCode.NAME_HOLDS_LINK: "In een naam mag geen webadres staan. Laat https://, www. en wat na /, ? of # komt weg.",
    FaultCode.PERSONNEL_NUMBER_FORMAT: "Een personeelsnummer heeft letters, cijfers en - . / _, zonder spaties.",
    FaultCode.PERSONNEL_NUMBER_DUPLICATE: "Dit personeelsnummer heeft al een andere DGA in de lijst. Controleer beide.",
    FaultCode.DGA_DUPLICATE: "Deze DGA staat twee keer in de lijst. Laat er één staan.",
    FaultCode.CONTRACT_NUMBER_FORMAT: "Een raamwerkcontractnummer heeft 5 tot 20 letters en cijfers, geen streepjes.",
    FaultCode.CONTRACT_NUMBER_UNUSUAL: "Een raamwerkcontractnummer begint meestal met A020. Controleer het nummer.",
    FaultCode.CONTRACT_NUMBER_IS_LHNR: "Dit is een loonheffingennummer. Het contractnummer staat op je polis.",
    FaultCode.LHNR_DIGITS_TOO_FEW: "Voor de L staan te weinig cijfers: het moeten er negen zijn.",
    FaultCode.LHNR_DIGITS_TOO_MANY: "Voor de L staan te veel cijfers: het moeten er negen zijn.",
    FaultCode.LHNR_WITHOUT_SUBNUMBER: "Het einde ontbreekt. Vul ook de L en de twee cijfers daarna in, zoals L01.",
    FaultCode.LHNR_SUBNUMBER_TOO_SHORT: "Achter de L staat één cijfer. Vul er twee in, zoals L01.",
    FaultCode.LHNR_SUBNUMBER_TOO_LONG: "Achter de L staan te veel cijfers. Vul er twee in, zoals L01.",
    FaultCode.LHNR_SUBNUMBER_ZERO: "Een loonheffingennummer eindigt nooit op L00. Het eerste nummer is L01.",
    FaultCode.LHNR_VAT_NUMBER: "Dit is een btw-nummer. Vul het loonheffingennummer in: daar staat een L in.",
    FaultCode.LHNR_IS_CONTRACT_NUMBER: "Dit is een raamwerkcontractnummer. Een loonheffingennummer eindigt zoals L01.",
    FaultCode.LHNR_FORMAT: "Een loonheffingennummer heeft negen cijfers, dan een L en dan twee cijfers, zoals L01.",
    FaultCode.LHNR_ZERO: "Een loonheffingennummer met alleen nullen bestaat niet.",
    FaultCode.LHNR_NO_CHECK_DIGIT: "Dit nummer kan niet bestaan. Controleer de eerste acht cijfers.",
    FaultCode.LHNR_CHECK_DIGIT: "In de negen cijfers zit een typefout. Kijk op een brief van de Belastingdienst.",
    FaultCode.LHNR_STARTS_WITH_000: "Een loonheffingennummer begint bijna nooit met 000. Controleer het nummer.",
    FaultCode.CLIENT_ID_WHITE_SPACE: "In een client ID staan geen spaties. Kopieer het opnieuw.",
    FaultCode.EMPLOYER_CODE_FORMAT: "Dit is geen geldige werkgeverscode voor dit salarispakket.",
    FaultCode.EMPLOYER_CODE_IS_UUID: "Dit is een code voor computers. Vul het nummer in dat je op het scherm ziet.",
    FaultCode.EMPLOYER_CODE_UNUSUAL: "Deze werkgeverscode ziet er anders uit dan meestal. Controleer de code.",
    FaultCode.EMPLOYER_CODE_DUPLICATE: "Deze werkgeverscode staat al eerder in de lijst. Laat er één staan.",
    FaultCode.CONNECTION_UNKNOWN: "Deze koppeling kennen wij niet. Meld een nieuwe werkgeverscode apart aan.",
    FaultCode.REFERENCE_FORMAT: "Dit is geen referentie van ons. Neem haar over uit onze mail: elf letters en cijfers.",
    FaultCode.SECRET_IN_WRONG_FIELD: "Hier staat een geheim, zoals een wachtwoord. Dat hoort hier niet. Haal het weg.",
    FaultCode.SECRET_NOT_SEALED: "Dit geheim is niet goed versleuteld. Vraag de maker van het formulier om hulp.",
    FaultCode.SECRET_BOUND_ELSEWHERE: "Dit geheim hoort bij een andere aanmelding. Vul het opnieuw in.",
    FaultCode.SECRET_LENGTH: "Een geheim heeft 1 tot 512 tekens.",
}
