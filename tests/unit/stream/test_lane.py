"""Lanes are what Java's producers make of a key, and what everybody else agrees on."""

import pytest
from aiokafka.partitioner import murmur2
from hypothesis import given
from hypothesis import strategies as st

from stream.lane import lane_of

JAVA = [
    ("21", -973932308),
    ("foobar", -790332482),
    ("a-little-bit-long-string", -985981536),
    ("a-little-bit-longer-string", -1486304829),
    ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
    ("abc", 479470107),
]
"""Keys and their hashes as Apache Kafka's own tests state them, as signed 32-bit numbers."""


@pytest.mark.parametrize(("key", "hashed"), JAVA)
def test_a_key_has_the_partition_that_java_gives_it(key: str, hashed: int) -> None:
    for lanes in (1, 2, 12, 97, 2**31 - 1):
        assert lane_of(key, lanes) == (hashed & 0x7FFFFFFF) % lanes


@given(st.text(st.characters(codec="utf-8")), st.integers(1, 200))
def test_any_key_has_the_partition_that_aiokafka_gives_it(key: str, lanes: int) -> None:
    assert lane_of(key, lanes) == (murmur2(key.encode()) & 0x7FFFFFFF) % lanes
