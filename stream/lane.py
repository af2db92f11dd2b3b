"""A registration's lane: the partition that Kafka's own default partitioner gives its key."""

from functools import lru_cache
from struct import unpack_from

_M = 0x5BD1E995
_32 = 0xFFFFFFFF

SHARED_LANE = -1
"""Where documents stand that several lanes write: none wakes them."""


@lru_cache(maxsize=8192)
def lane_of(key: str, lanes: int) -> int:
    """The lane of this key among this number of lanes: murmur2, as Java's producers compute it."""
    return (_murmur2(key.encode()) & 0x7FFFFFFF) % lanes


def _murmur2(data: bytes) -> int:
    length = len(data)
    words = length // 4
    h = 0x9747B28C ^ length
    for word in unpack_from(f"<{words}I", data):
        k = word * _M & _32
        k = (k ^ k >> 24) * _M & _32
        h = (h * _M & _32) ^ k
    tail = data[words * 4 :]
    if tail:
        h = (h ^ int.from_bytes(tail, "little")) * _M & _32
    h = (h ^ h >> 13) * _M & _32
    return h ^ h >> 15
