"""What comes next, in words the customer understands, and by a code that programs can rely on."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from ops.terminal.view import View
from services.monitor.stage import Stage
from services.notifier.mails.dutch import day_in_words
from services.notifier.mails.policy_awaited import ADVICE


class Actor(StrEnum):
    """Who has to act next."""

    APPLICANT = "applicant"
    EMPLOYER = "employer"
    PROCESSOR = "processor"
    ASR = "a.s.r."
    KEYLANE = "keylane"
    WE = "we"
    NOBODY = "nobody"


class NextStep(View):
    """`code` and `who` are stable; `text` and the customer's `steps` are for people, in plain Dutch, and may change."""

    code: str
    who: Actor
    text: str
    steps: tuple[str, ...] = ()


BLOCKED = NextStep(
    code="WE_REPAIR",
    who=Actor.WE,
    text="Er gaat bij ons iets niet goed. Wij kijken ernaar. Je hoeft niets te doen.",
)

NOTHING_KNOWN = NextStep(
    code="NOTHING_KNOWN",
    who=Actor.WE,
    text="Van een aanmelding is hier niets bekend. Wij gaan na waar het bericht over gaat dat apart is gezet.",
)
"""For a reference that only a parked record has, such as a report by Keylane about no registration of ours."""

UNANSWERED = NextStep(
    code="WE_FIND_WHO",
    who=Actor.WE,
    text=(
        "In het formulier staat geen e-mailadres dat wij kunnen lezen. Er is dus niemand gemaild. "
        "Wij gaan met de maker van het formulier na van wie het is."
    ),
)
"""After a rejection without an address: no mail is planned, and nobody else can act."""

ONE_REFUSED = NextStep(
    code="YOU_REGISTER_AGAIN",
    who=Actor.APPLICANT,
    text="Niet elke koppeling is gelukt. Is de oorzaak weg? Geef dat dan door met een correctie.",
)
"""For a refused link beside one that works: only the applicant can take it up again."""

STOPPED = NextStep(
    code="YOU_ACT", who=Actor.APPLICANT, text="Keylane kan met deze koppeling niet verder. Doe eerst dit."
)
"""For a link that has worked, and for which Keylane now needs something."""

_GOES_ON = "Is dat gebeurd? Dan gaan wij vanzelf verder."
_NEXT = {
    Stage.SUBMITTED: ("WE_CHECK", Actor.WE, "Wij controleren je aanmelding."),
    Stage.LINK_REQUESTED: (
        "PROCESSOR_REGISTERS",
        Actor.PROCESSOR,
        "Je salarisverwerker meldt je aan. Je hoeft niets te doen.",
    ),
    Stage.PROCESSOR_APPLIED: ("ASR_REVIEWS", Actor.ASR, "a.s.r. bekijkt de aanmelding en mailt het antwoord."),
    Stage.PROCESSOR_CONFIRMED: ("MAY_REGISTER", Actor.NOBODY, "Deze salarisverwerker kan werkgevers aanmelden."),
    Stage.PROCESSOR_DECLINED: (
        "YOU_CORRECT_OR_STOP",
        Actor.APPLICANT,
        "Is de reden weg? Geef dat dan door met een correctie.",
    ),
    Stage.PASSED_ON: ("SEE_REGISTRATION", Actor.NOBODY, "Het vervolg staat bij de aanmelding waar dit over gaat."),
    Stage.HELD: ("WE_HOLD", Actor.ASR, _GOES_ON),
    Stage.ACCEPTED: ("WE_FIND_POLICY", Actor.WE, "Je aanmelding is goed. Wij zoeken de polis erbij."),
    Stage.AWAITING_POLICY: ("WE_AWAIT_POLICY", Actor.ASR, ADVICE["POLICY_NOT_FOUND"]),
    Stage.ENRICHED: ("WE_ASK_KEYLANE", Actor.WE, "Wij vragen Keylane om de koppeling te maken."),
    Stage.REQUESTED: (
        "KEYLANE_STARTS",
        Actor.KEYLANE,
        "De aanvraag ligt bij Keylane. Dat duurt meestal een paar dagen.",
    ),
    Stage.ACCEPTED_BY_KEYLANE: (
        "KEYLANE_CONFIGURES",
        Actor.KEYLANE,
        "Keylane maakt de koppeling. Is die klaar? Dan mailen wij je.",
    ),
    Stage.CUSTOMER_ACTION_NEEDED: ("YOU_ACT", Actor.APPLICANT, "Doe eerst dit. Daarna gaat Keylane verder."),
    Stage.REALISED: ("EXCHANGE_STARTS", Actor.NOBODY, "De koppeling werkt. Je hoeft niets meer te doen."),
    Stage.REJECTED: ("YOU_CORRECT", Actor.APPLICANT, "Verbeter deze punten. De mail zegt hoe."),
    Stage.REFUSED: (
        "YOU_REGISTER_AGAIN",
        Actor.APPLICANT,
        "De koppeling kan zo niet. Is de oorzaak weg? Geef dat dan door met een correctie.",
    ),
    Stage.CANCELLED: ("NOTHING_FOLLOWS", Actor.NOBODY, "Dit is gestopt. Je hoeft niets te doen."),
}


_BY_REASON = {
    (Stage.LINK_REQUESTED, "TAKEN_UP"): (Actor.NOBODY, _NEXT[Stage.LINK_REQUESTED][2]),
    (Stage.HELD, "PROCESSOR_REGISTRATION"): (Actor.PROCESSOR, _GOES_ON),
    (Stage.HELD, "PROCESSOR_DECLINED"): (Actor.PROCESSOR, _GOES_ON),
    (Stage.HELD, "GAVE_WAY"): (
        Actor.WE,
        "Deze aanmelding gaat niet verder. Dat mailen wij bij de volgende herinnering. Je hoeft niets te doen.",
    ),
    (Stage.HELD, "EMPLOYER_REQUEST"): (Actor.EMPLOYER, _GOES_ON),
    (Stage.HELD, "SUPERSEDED_REGISTRATION"): (Actor.WE, "Daarna gaan wij vanzelf verder. Je hoeft niets te doen."),
    (Stage.AWAITING_POLICY, "NUMBERS_MISSING"): (Actor.ASR, ADVICE["NUMBERS_MISSING"]),
    (Stage.AWAITING_POLICY, "MANDATE_MISSING"): (Actor.EMPLOYER, ADVICE["MANDATE_MISSING"]),
}
"""Who acts, and the text, where the reason for waiting tells more than the stage."""


_OVERDUE = "Keylane heeft langer niet geantwoord dan afgesproken. Wij vragen Keylane hoe het ermee staat."


def next_step(
    stage: Stage, *, overdue: bool = False, exchanges: Collection[date] = (), why: Collection[str] = ()
) -> NextStep:
    """What comes after this stage, and who acts.

    `why`: the codes of what it waits for. `exchanges`: the days of the first exchanges; named if they are one day.
    """
    code, who, text = _NEXT[stage]
    if overdue and who is Actor.KEYLANE:
        return NextStep(code=code, who=Actor.WE, text=_OVERDUE)
    who, text = next((_BY_REASON[stage, reason] for reason in why if (stage, reason) in _BY_REASON), (who, text))
    if stage is Stage.REALISED and len(set(exchanges)) == 1:
        text += f" De eerste uitwisseling is op {day_in_words(next(iter(exchanges)))}."
    return NextStep(code=code, who=who, text=text)
