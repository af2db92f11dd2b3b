"""What commands do in intake's schema, in memory: let processors' employers in, and tell what numbers were found."""

from datetime import datetime

from services.intake.clients import ClientRow, gates_of
from services.intake.documents import Intake
from services.intake.found_numbers import FoundNumbers
from stream.document import DocumentKey
from stream.memory.store import MemoryDatabase
from stream.store import StateRow


def tell_found(database: MemoryDatabase, registration: str, contract: str, lhnr: str, now: datetime) -> None:
    """Intake hears of the numbers in its turn, as `koppeling policies match` has it."""
    key = DocumentKey(Intake.kind, registration)
    _, state = database.tables.states.get(key, (0, StateRow()))
    if isinstance(state.document, Intake):
        cycle = state.document.submitted or state.document.cycle
        database.tables.wake(key, FoundNumbers(cycle, contract, lhnr).text, str(now), now)


def let_in(database: MemoryDatabase, client: ClientRow) -> None:
    """A processor is confirmed and its employer has asked; what waits for them may go on."""
    for name in gates_of(client):
        database.tables.open(name)
