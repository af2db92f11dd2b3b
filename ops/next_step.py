"""What comes next, in words the customer understands, and by a code that programs can rely on."""

from ops.stage import Stage
from ops.view import View


class NextStep(View):
    """`code` is stable; `text` is for people, in plain Dutch, and may change."""

    code: str
    text: str


BLOCKED = NextStep(
    code="WE_REPAIR",
    text="Er gaat bij ons iets niet goed. Wij kijken ernaar. Je hoeft niets te doen.",
)

_NEXT = {
    Stage.SUBMITTED: ("WE_CHECK", "Wij controleren je aanmelding."),
    Stage.ACCEPTED: ("WE_FIND_POLICY", "Je aanmelding is goed. Wij zoeken de polis erbij."),
    Stage.AWAITING_POLICY: (
        "WE_AWAIT_POLICY",
        "Wij wachten op de polis. Zodra die er is, gaan wij vanzelf verder. Je hoeft niets te doen.",
    ),
    Stage.ENRICHED: ("WE_ASK_KEYLANE", "Wij vragen Keylane om de koppeling te maken."),
    Stage.REQUESTED: ("KEYLANE_STARTS", "De aanvraag ligt bij Keylane. Dat duurt meestal een paar dagen."),
    Stage.ACCEPTED_BY_KEYLANE: ("KEYLANE_CONFIGURES", "Keylane maakt de koppeling. Daarna mailen wij je."),
    Stage.CUSTOMER_ACTION_NEEDED: (
        "YOU_ACT",
        "Doe wat in onze mail staat. Daarna gaat Keylane verder.",
    ),
    Stage.REALISED: ("EXCHANGE_STARTS", "De koppeling werkt. Je hoeft niets meer te doen."),
    Stage.REJECTED: ("YOU_CORRECT", "Verbeter wat in onze mail staat en meld je opnieuw aan."),
    Stage.REFUSED: ("YOU_REGISTER_AGAIN", "De koppeling kan zo niet. In onze mail staat waarom."),
}


def next_step(stage: Stage, *, blocked: bool) -> NextStep:
    """What comes after this stage; a record that waits for a human goes before everything else."""
    if blocked:
        return BLOCKED
    code, text = _NEXT[stage]
    return NextStep(code=code, text=text)
