"""What Keylane's side means for a registration's claims: which are no longer needed, and which were refused.

Such an event does not name an earlier form's claims, nor those under numbers that somebody has found since. So intake
notes what is to be given back and wakes the registration, which then names its claims and gives them back.
"""

from collections.abc import Collection, Iterable

from schemas.events import CycleRequested, ProvisioningRefused
from services.intake import claim_key, gate
from services.intake.claims import given_back
from services.intake.documents import BeforeCorrection, Intake
from services.intake.gate_state import opened_anew
from services.intake.named_form import claimed_by
from services.intake.waking import changed
from stream.service import Case, Emit, Ignore, Outcome

NOTHING_TO_GIVE_BACK = Ignore("NOTHING_TO_GIVE_BACK")


def heard(case: Case[None], event: CycleRequested | ProvisioningRefused, known: Intake | None) -> Outcome:
    """Note what it gives back, if anything."""
    if known is None:
        return NOTHING_TO_GIVE_BACK
    return _requested(case, event, known) if isinstance(event, CycleRequested) else _refused(case, event, known)


def _requested(case: Case[None], event: CycleRequested, known: Intake) -> Outcome:
    """Keylane has the newest cycle: claims of earlier ones only are free, unless a waiting correction wants them."""
    if _is_stale(known, event.cycle):
        return NOTHING_TO_GIVE_BACK
    gone = _without(known.leaving, _claimed(case, known))
    stands = known.stands and known.stands.but(claims=_without(known.stands.claims, known.leaving))
    after = known.but(claims=_without(known.claims, gone), leaving=(), stands=stands)
    return _returning(case, after, gone)


def _refused(case: Case[None], event: ProvisioningRefused, known: Intake) -> Outcome:
    """The connection is free for others: Keylane is asked for it again only in another cycle.

    If a waiting correction wants it, it stays the registration's own until the correction lapses.
    """
    wanted = _claimed(case, known) if known.stands else ()
    if _is_stale(known, event.cycle):
        earlier = frozenset(claim_key.of_refusal(event, case.subject)).intersection(known.leaving)
        gone = earlier.difference(wanted)
        return _returning(case, known.but(leaving=_without(known.leaving, gone)), gone)
    named = _claimed(case, known.stands or known, event.contact.employer_code)
    stands = known.stands and known.stands.but(refused=(*known.stands.refused, *named))
    return _returning(case, known.but(stands=stands), _without(named, wanted))


def returned(case: Case[None], known: Intake) -> Outcome:
    """Give back what was noted."""
    if not known.returning:
        return NOTHING_TO_GIVE_BACK
    after = changed(known, case.subject, returning=())
    return Emit(documents={Intake.at(case.subject): after, **given_back(case, known.returning)})


def _returning(case: Case[None], known: Intake, keys: Collection[str]) -> Outcome:
    if not keys:
        before = case.documents.get(Intake, case.subject)
        return NOTHING_TO_GIVE_BACK if known == before else Emit(documents={Intake.at(case.subject): known})
    after = changed(known, case.subject, returning=tuple(dict.fromkeys((*known.returning, *sorted(keys)))))
    return Emit(documents={Intake.at(case.subject): after, **opened_anew(gate.of_return(case.subject))})


def _is_stale(known: Intake, cycle: int) -> bool:
    """Of an earlier cycle than the one that was submitted last, which is asked for anew."""
    return cycle < (known.submitted or known.cycle)


def _claimed(case: Case[None], kept: Intake | BeforeCorrection, employer_code: str | None = None) -> tuple[str, ...]:
    """The claims of its form, or of the connection with this code in it."""
    claimed = claimed_by(kept, case.subject)
    return tuple(key for one, names in claimed if employer_code in (None, one.employer_code) for key in names.keys)


def _without(keys: Iterable[str], gone: Collection[str]) -> tuple[str, ...]:
    return tuple(key for key in keys if key not in gone)
