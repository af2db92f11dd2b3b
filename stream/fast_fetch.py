"""Reads and writes fetches partition by partition, not field by field.

aiokafka packs every field of every partition by a call of its own: some 30 µs for each partition of each fetch, whether
or not anything came from it. A worker that holds twelve lanes of four topics pays that 48 times for every small batch,
more than for anything else. The bytes are the same (the tests compare them with the library's own).
"""

from collections.abc import Sequence
from io import BytesIO
from struct import Struct

from aiokafka.protocol.fetch import FetchRequest_v11, FetchResponse_v11
from aiokafka.protocol.types import Array, Int8, Int16, Int32, Schema, String

Asked = tuple[int, int, int, int, int]
"""Partition, leader epoch, offset to fetch from, first offset of the log, most bytes."""

Fetched = tuple[int, int, int, int, int, list[tuple[int, int]] | None, int, bytes | None]
"""Partition, error, high watermark, last stable offset, first offset, aborted transactions, replica, records."""

_COUNT = Struct(">i")
_ASKED = Struct(">iiqqi")
_START = Struct(">ihqqqi")
_ABORTED = Struct(">qq")
_END = Struct(">ii")


def use_fast_fetch() -> None:
    """Let every consumer of this process fetch like this, if its broker speaks this version of the protocol."""
    FetchRequest_v11.SCHEMA = REQUEST
    FetchResponse_v11.SCHEMA = RESPONSE


class AskedPartitions(Array):  # type: ignore[misc] # aiokafka has no types
    """The partitions of one topic in a request."""

    def __init__(self) -> None:
        super().__init__(Int32)

    def encode(self, items: Sequence[Asked]) -> bytes:
        """Encode their number, and each as one piece."""
        return b"".join((_COUNT.pack(len(items)), *[_ASKED.pack(*item) for item in items]))


class FetchedPartitions(Array):  # type: ignore[misc] # aiokafka has no types
    """The partitions of one topic in a response."""

    def __init__(self) -> None:
        super().__init__(Int32)

    def decode(self, data: BytesIO) -> list[Fetched]:
        """Read from here to the end of the last; raises ValueError or struct.error if the bytes end before."""
        (count,) = _COUNT.unpack(data.read(_COUNT.size))
        return [_fetched(data) for _ in range(count)]


def _fetched(data: BytesIO) -> Fetched:
    partition, error, high, stable, first, aborted = _START.unpack(data.read(_START.size))
    transactions = None if aborted < 0 else [_ABORTED.unpack(data.read(_ABORTED.size)) for _ in range(aborted)]
    replica, size = _END.unpack(data.read(_END.size))
    found = None if size < 0 else data.read(size)
    if found is not None and len(found) != size:
        raise ValueError("a fetched partition ends before its records do")
    return partition, error, high, stable, first, transactions, replica, found


REQUEST = Schema(
    ("replica_id", Int32),
    ("max_wait_time", Int32),
    ("min_bytes", Int32),
    ("max_bytes", Int32),
    ("isolation_level", Int8),
    ("session_id", Int32),
    ("session_epoch", Int32),
    ("topics", Array(("topic", String("utf-8")), ("partitions", AskedPartitions()))),
    ("forgotten_topics_data", Array(("topic", String("utf-8")), ("partitions", Array(Int32)))),
    ("rack_id", String("utf-8")),
)
RESPONSE = Schema(
    ("throttle_time_ms", Int32),
    ("error_code", Int16),
    ("session_id", Int32),
    ("topics", Array(("topics", String("utf-8")), ("partitions", FetchedPartitions()))),
)
