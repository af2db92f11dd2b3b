"""No import makes an event too large; a policy that does, whoever loaded it, parks its registration alone."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from stories import NOW, OTHER_REGISTRATION
from typed_forms import REGISTRATION, loket, registered

from faults.fuzz.chain import Chain
from faults.fuzz.garbage import Raw
from schemas import codec
from schemas.envelope import Envelope
from schemas.events import PolicyEnriched, RegistrationSubmitted
from services.enrichment.decide import service
from services.enrichment.facts import PostgresPolicies
from services.enrichment.policies import LIST_ITEMS_MAX, LIST_SEPARATOR, TEXT_CHARACTERS_MAX, PolicyRow, read_policies
from services.enrichment.terms import Terms
from stream.answer import Result

HEADER = ",".join(PolicyRow.__dataclass_fields__)
WIDE = "\U00020000" * TEXT_CHARACTERS_MAX
"""Of letters that take four bytes each."""
LISTED = LIST_SEPARATOR.join([WIDE] * LIST_ITEMS_MAX)
OTHERS = {"loonheffingennummer": "123456782L02", "connections": [{"employer_code": "8106626"}]}


class Loaded:
    """Stands in for the pool: these policies, and no match."""

    def __init__(self, rows: Sequence[PolicyRow]) -> None:
        self._rows = [asdict(row) for row in rows]

    async def fetch(self, _sql: str, *values: Any) -> list[dict[str, Any]]:
        wanted = set(zip(*values, strict=True)) if len(values) > 1 else set()
        return [row for row in self._rows if (row["raamwerkcontractnummer"], row["loonheffingennummer"]) in wanted]


def widest(lhnr: str) -> PolicyRow:
    """The largest that a file may hold."""
    (row,) = read_policies([HEADER, f"A0201234,{lhnr},{LISTED},{LISTED},2026-01-01,{LISTED},{WIDE},yes"])
    return row


def submitted(registration: str, **changes: Any) -> Raw:
    """What intake says."""
    event = RegistrationSubmitted(registration=registered(loket(**changes)), cycle=1)
    envelope = Envelope(registration, "urn:salariskoppeling:intake", event.name, event.version, registration, NOW)
    headers, value = codec.encode(envelope, event)
    return Raw(registration.encode(), value, tuple(headers))


async def enriched(rows: Sequence[PolicyRow]) -> Chain:
    """Two registrations, each with a policy of these, through the worker."""
    chain = Chain(service(PostgresPolicies(Loaded(rows)), Terms()))  # type: ignore[arg-type]
    chain.write(RegistrationSubmitted.name, [submitted(REGISTRATION), submitted(OTHER_REGISTRATION, **OTHERS)])
    await chain.run()
    return chain


async def test_the_widest_policy_that_can_be_imported_fits_in_an_event() -> None:
    chain = await enriched([widest("123456782L01"), widest("123456782L02")])
    assert [answer.result for answer in chain.answers] == [Result.EMITTED] * 2


async def test_a_policy_that_does_not_fit_parks_its_registration_with_what_to_mend_and_the_next_goes_on() -> None:
    good = widest("123456782L02")
    bad = replace(good, loonheffingennummer="123456782L01", insured_groups=good.insured_groups * 5)
    chain = await enriched([bad, good])
    ended = {answer.item.subject: (answer.result, answer.reason) for answer in chain.answers}  # type: ignore[union-attr]
    assert ended == {REGISTRATION: (Result.PARKED, "EVENT_TOO_LARGE"), OTHER_REGISTRATION: (Result.EMITTED, "")}
    (parked,) = chain.database.tables.rows.values()
    trace = parked.trace or ""
    assert trace.startswith(f"the event {PolicyEnriched.name}: most of it is the field policy\n")
    assert WIDE[:2] not in trace
