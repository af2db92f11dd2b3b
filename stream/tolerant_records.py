"""Reads batches of records even if a header's name is not UTF-8.

aiokafka raises in the middle of such a batch, for ever: neither the record nor those behind it would ever be seen, and
anybody's record could stop a lane. Here the record arrives without its headers, as one that cannot be read.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy, _DefaultRecordPy
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import decode_varint

UNREADABLE_HEADERS = [("ce_specversion", None)]
"""What stands for headers that cannot be read: the envelope calls it HEADER_INVALID."""

_OVERHEAD_BYTES = 12
_LENGTH_AT = 8


def use_tolerant_records() -> None:
    """Let every consumer of this process read batches so."""
    fetcher.MemoryRecords = _TolerantRecords


class _TolerantRecords:
    """Like MemoryRecords, but knows where in the fetched bytes each batch stands."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._records = MemoryRecords(data)
        self._position = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def next_batch(self) -> "_TolerantBatch":
        start = self._position
        length = int.from_bytes(self._data[start + _LENGTH_AT : start + _OVERHEAD_BYTES], "big")
        self._position = start + _OVERHEAD_BYTES + length
        return _TolerantBatch(self._records.next_batch(), self._data, slice(start, self._position))


class _TolerantBatch:
    """Like the library's batch, but read the slow way from the first record that the fast way cannot read.

    `data` is everything that was fetched, and `place` the batch's place in it: only the slow way needs its own bytes.
    """

    def __init__(self, batch: Any, data: bytes, place: slice) -> None:
        self._batch = batch
        self._data = data
        self._place = place

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        offset = -1
        try:
            for record in self._batch:
                offset = record.offset
                yield record
        except UnicodeDecodeError:
            slow = _SlowBatch(self._data[self._place])
            yield from (record for record in slow if record.offset > offset)


class _SlowBatch(_DefaultRecordBatchPy):  # type: ignore[misc] # aiokafka has no types
    def _read_msg(self) -> Any:
        start = self._pos
        try:
            return super()._read_msg()
        except UnicodeDecodeError:
            return self._without_headers(start)

    def _without_headers(self, start: int) -> Any:
        length, position = decode_varint(self._buffer, start)
        end = position + length
        _, position = decode_varint(self._buffer, position)
        timestamp_delta, position = decode_varint(self._buffer, position)
        offset_delta, position = decode_varint(self._buffer, position)
        key, position = self._bytes_at(position)
        value, position = self._bytes_at(position)
        if position > end:
            raise CorruptRecordException("a record ends before its value does")
        self._pos = end
        timestamp = self.first_timestamp + timestamp_delta
        offset = self.base_offset + offset_delta
        return _DefaultRecordPy(offset, timestamp, self.timestamp_type, key, value, list(UNREADABLE_HEADERS))

    def _bytes_at(self, position: int) -> tuple[bytes | None, int]:
        length, position = decode_varint(self._buffer, position)
        if length < 0:
            return None, position
        return bytes(self._buffer[position : position + length]), position + length
