"""Which gates wake a registration, decided here alone.

While it is held, those that it waits for; for a link request, those that tell that a registration has come or gone; its
successors' readiness; and claims that it has to give back.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from schemas.ids import RegistrationId
from services.intake import gate
from services.intake.documents import Intake


def woken_by(
    registration: RegistrationId,
    held_by: Iterable[str],
    *,
    successors: Iterable[RegistrationId],
    returning: Sequence[str],
) -> tuple[str, ...]:
    """Every gate that wakes the registration."""
    returns = (gate.of_return(registration),) if returning else ()
    return (*held_by, *returns, *map(gate.of_readiness, successors))


def changed(known: Intake, registration: RegistrationId, **changes: Any) -> Intake:
    """The registration with these fields changed, and woken by what wakes it from now on.

    What holds it up stays the same for as long as it is held, or asks for a link; otherwise it is answered anew.
    """
    others = woken_by(registration, (), successors=known.successors, returning=known.returning)
    held = changes.get("answer", known.answer) in ("held", "requested")
    held_by = [key for key in known.waits_for if key not in others] if held else ()
    wakes = {name: changes.get(name, getattr(known, name)) for name in ("successors", "returning")}
    return known.but(**changes, waits_for=woken_by(registration, held_by, **wakes))
