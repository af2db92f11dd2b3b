"""What comes next, in words the customer understands, and by a code that programs can rely on."""

from collections.abc import Collection
from datetime import date

from ops.stage import Stage
from ops.view import View
from services.notifier.mails.dutch import day_in_words


class NextStep(View):
    """`code` is stable; `text` and the customer's `steps` are for people, in plain Dutch, and may change."""

    code: str
    text: str
    steps: tuple[str, ...] = ()


BLOCKED = NextStep(
    code="WE_REPAIR",
    text="Er gaat bij ons iets niet goed. Wij kijken ernaar. Je hoeft niets te doen.",
)

_NEXT = {
    Stage.SUBMITTED: ("WE_CHECK", "Wij controleren je aanmelding."),
    Stage.ACCEPTED: ("WE_FIND_POLICY", "Je aanmelding is goed. Wij zoeken de polis erbij."),
    Stage.AWAITING_POLICY: (
        "WE_AWAIT_POLICY",
        "Zodra de polis er is, gaan wij vanzelf verder. Je hoeft niets te doen.",
    ),
    Stage.ENRICHED: ("WE_ASK_KEYLANE", "Wij vragen Keylane om de koppeling te maken."),
    Stage.REQUESTED: ("KEYLANE_STARTS", "De aanvraag ligt bij Keylane. Dat duurt meestal een paar dagen."),
    Stage.ACCEPTED_BY_KEYLANE: ("KEYLANE_CONFIGURES", "Keylane maakt de koppeling. Is die klaar? Dan mailen wij je."),
    Stage.CUSTOMER_ACTION_NEEDED: ("YOU_ACT", "Doe eerst dit. Daarna gaat Keylane verder."),
    Stage.REALISED: ("EXCHANGE_STARTS", "De koppeling werkt. Je hoeft niets meer te doen."),
    Stage.REJECTED: ("YOU_CORRECT", "Verbeter deze punten en meld je opnieuw aan."),
    Stage.REFUSED: ("YOU_REGISTER_AGAIN", "De koppeling kan zo niet. Is de oorzaak weg? Meld je dan opnieuw aan."),
    Stage.CANCELLED: ("NOTHING_FOLLOWS", "Deze aanmelding is gestopt. Je hoeft niets te doen."),
}


def next_step(stage: Stage, *, steps: tuple[str, ...] = (), exchanges: Collection[date] = ()) -> NextStep:
    """What comes after this stage: what the customer does, or when the first exchange is, where that is one day."""
    code, text = _NEXT[stage]
    if stage is Stage.REALISED and len(set(exchanges)) == 1:
        text += f" De eerste uitwisseling is op {day_in_words(next(iter(exchanges)))}."
    return NextStep(code=code, text=text, steps=steps)
