"""The published recipes of ids, written independently: what the workers compute is compared with this."""

import re
from hashlib import blake2b, sha1, sha256
from uuid import UUID

_TIME_BYTES = 6
_UUID_CHARACTERS = 36
_HEXADECIMAL = re.compile("[0-9a-fA-F]*")


def registration_of(source: str, submission_id: str) -> str:
    """The id of the registration that a form opens (docs/form-received.md)."""
    said = f"registration\n{source}\n{submission_id}".encode(errors="replace")
    return str(_version_8(sha256(said).digest()[:16]))


def entry_of(source: str, event_id: str) -> UUID:
    """The id of an event's journal entry, by its publisher and id; it begins with the time in that id, if any."""
    digest = _hash("event", source, event_id)
    time = _time_of(event_id)
    return UUID(bytes=digest if time is None else time + digest[_TIME_BYTES:])


def entry_of_place(topic: str, partition: int, offset: int) -> UUID:
    """The id of the journal entry of a record that could not be read, by its place."""
    return UUID(bytes=_hash("place", topic, str(partition), str(offset)))


def entry_of_second_body(first: UUID, body: bytes) -> UUID:
    """The id of the journal entry of another body under a used id."""
    return UUID(bytes=_hash("reused", first.hex, body.hex()))


def forced_entry(first: UUID, epoch: int) -> UUID:
    """The id of the journal entry of a record that an operator forced to be decided again, by its first entry."""
    return UUID(bytes=first.bytes[:_TIME_BYTES] + _hash("forced", first.hex, str(epoch))[_TIME_BYTES:])


def moved_row(first: UUID, body: bytes) -> UUID:
    """The id of the row that carries a record to its own lane."""
    return UUID(bytes=_hash("moved", first.hex, body.hex()))


def effect_row(subject: str, kind: str, occasion: str, role: str, epoch: int) -> UUID:
    """The id of the mail that a registration gets for one occasion."""
    return UUID(bytes=_hash("effect", subject, kind, occasion, role, str(epoch)))


def body_of(name: str, version: int, value: bytes | None) -> bytes:
    """The hash by which two bodies are the same."""
    return blake2b(value or b"", digest_size=16, key=f"{name}:{version}".encode()[:64]).digest()


def derived(step: str, entry: UUID, ordinal: int, part: str = "") -> str:
    """The tail of the id of what a service says, which follows from its cause."""
    return derived_from(step, str(entry), ordinal, part)


def derived_from(step: str, cause: str, ordinal: int, part: str = "") -> str:
    """As `derived`, from a cause that is no journal entry."""
    digest = sha1(f"{step}\n{cause}\n{part}\n{ordinal}".encode(), usedforsecurity=False).digest()[:10]
    return tail(str(_version_8(bytes(_TIME_BYTES) + digest)))


def tail(event_id: str) -> str:
    """An id without its first 48 bits, which are the time of its root cause."""
    return event_id[14:]


def _version_8(sixteen: bytes) -> UUID:
    number = int.from_bytes(sixteen, "big")
    number = number & ~(0xF << 76) | 8 << 76
    return UUID(int=number & ~(3 << 62) | 2 << 62)


def _time_of(event_id: str) -> bytes | None:
    if len(event_id) != _UUID_CHARACTERS or event_id[14] not in "78":
        return None
    digits = event_id[:8] + event_id[9:13]
    return bytes.fromhex(digits) if _HEXADECIMAL.fullmatch(digits) else None


def _hash(*parts: str) -> bytes:
    return blake2b("\n".join(parts).encode(), digest_size=16).digest()
