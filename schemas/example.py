"""The examples beside the schemas: realistic records of synthetic people, for readers and every consumer's tests.

Each file of `examples/NAME.vN/` says what it is about, and has the headers and the data (or `raw`, if the example is
not proper JSON). Those in `answered/` are refused by a RegistrationRejected with these faults; those in `parked/` are
not answered but kept for a human, for this reason.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.event import EventType
from schemas.versions import VERSIONS

EXAMPLES = Path(__file__).parent / "examples"
VECTORS = EXAMPLES / "vectors.json"


@dataclass(frozen=True, slots=True)
class Example:
    """One record. `answered`: the faults it is refused with, by field and code; `parked`: why it cannot be read."""

    path: Path
    event: EventType
    about: str
    headers: tuple[tuple[str, bytes], ...]
    value: bytes
    answered: tuple[tuple[str, str], ...] = ()
    parked: str | None = None

    @property
    def name(self) -> str:
        """Its path among the examples, without suffix: form-received.v1/loket-self-managed."""
        return self.path.relative_to(EXAMPLES).with_suffix("").as_posix()

    @property
    def good(self) -> bool:
        """Whether its consumers accept it."""
        return not self.answered and self.parked is None


def examples() -> Iterator[Example]:
    """Every example of every version, good and bad, in the order of the flow."""
    for event in VERSIONS:
        folder = EXAMPLES / f"{event.name}.v{event.version}"
        for path in sorted(folder.rglob("*.json")):
            yield _read(path, event)


def _read(path: Path, event: EventType) -> Example:
    said = json.loads(path.read_text("utf-8"))
    raw: str = said["raw"] if "raw" in said else json.dumps(said["data"], ensure_ascii=False)
    return Example(
        path=path,
        event=event,
        about=said["about"],
        headers=tuple((name, text.encode()) for name, text in said["headers"].items()),
        value=raw.encode(),
        answered=tuple((fault["field"], fault["code"]) for fault in said.get("answered", ())),
        parked=said.get("parked"),
    )
