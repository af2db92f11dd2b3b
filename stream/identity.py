"""The runtime's own ids: the same for the same cause, and ordered by time if the cause tells its time.

They are UUIDs of asyncpg's own kind, which are made and written ten times as fast as the standard library's.
"""

from functools import lru_cache
from hashlib import blake2b, sha256
from uuid import UUID

from asyncpg.pgproto import pgproto

from stream.record import Record


def journal_id(source: str, event_id: str) -> UUID:
    """The id under which an event is recorded, whatever form its publisher's ids have."""
    digest = _hash16("event", source, event_id)
    prefix = time_prefix(event_id)
    return pgproto.UUID(digest if prefix is None else prefix + digest[6:])


def place_id(record: Record) -> UUID:
    """The id under which an undecodable record is recorded: derived from its place."""
    return pgproto.UUID(_hash16("place", record.topic, str(record.partition), str(record.offset)))


def reused_id(first: UUID, content: bytes) -> UUID:
    """The id under which a second body is recorded, as its own id is already used."""
    return pgproto.UUID(_hash16("reused", first.hex, content.hex()))


def moved_id(first: UUID, content: bytes) -> UUID:
    """The row that carries a record from a wrong lane to the right one; another body under that id gets another."""
    return pgproto.UUID(_hash16("moved", first.hex, content.hex()))


def handed_id(first: UUID, subject: str) -> UUID:
    """The row that hands a record over to another key."""
    return pgproto.UUID(_hash16("handed", first.hex, subject))


def replay_id(first: UUID, content: bytes, replay: UUID) -> UUID:
    """The row that brings a record once more in this replay: the same however often the replay is begun."""
    return UUID(bytes=_hash16("replay", first.hex, content.hex(), replay.hex))


def forced_id(first: UUID, effect_epoch: int) -> UUID:
    """The id of a record that is decided again in a new epoch; the ids of what follows derive from this one."""
    return pgproto.UUID(first.bytes[:6] + _hash16("forced", first.hex, str(effect_epoch))[6:])


def effect_id(subject: str, *parts: str) -> UUID:
    """One effect per subject, kind, occasion, role and epoch."""
    return pgproto.UUID(_hash16("effect", subject, *parts))


def wake_up_id(said: bytes) -> UUID:
    """The row that a document's deadline or an opened gate queues, by its value (Postgres computes the same)."""
    return pgproto.UUID(sha256(b"tick" + said).digest()[:16])


WAKE_UP_ID_SQL = "encode(substring(sha256(convert_to('tick' || said, 'UTF8')) from 1 for 16), 'hex')::uuid"
"""The same in Postgres, of a column `said`."""


def content_hash(name: str, version: int, value: bytes | None) -> bytes:
    """The hash by which two bodies are the same."""
    hashed = _of_kind(name, version).copy()
    hashed.update(value or b"")
    return hashed.digest()


@lru_cache(maxsize=256)
def _of_kind(name: str, version: int) -> blake2b:
    return blake2b(digest_size=16, key=f"{name}:{version}".encode()[:64])


def time_prefix(event_id: str) -> bytes | None:
    """The 48 bits of time that a UUID of version 7 or 8 begins with."""
    if len(event_id) != 36 or event_id[14] not in "78":  # noqa: PLR2004 (a UUID as text)
        return None
    try:
        prefix = bytes.fromhex(event_id[:8] + event_id[9:13])
    except ValueError:
        return None
    # fromhex passes over spaces: a foreign id may have them where digits should be
    return prefix if len(prefix) == 6 else None  # noqa: PLR2004 (48 bits)


def _hash16(*parts: str) -> bytes:
    return blake2b("\n".join(parts).encode(), digest_size=16).digest()
