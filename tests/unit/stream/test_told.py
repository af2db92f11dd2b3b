"""What an operator's command tells a document, as it stands in the queue: releases before and after read the same."""

import pytest
from toy import NOW, Tally

from stream.decode import Received, decode
from stream.document import DocumentKey
from stream.identity import wake_up_id
from stream.memory.tables import Tables
from stream.record import Record
from stream.service import Cause, Opened, Told
from stream.store import WAKE_UP_TOPIC, Row, RowKind, StateRow

KEY = DocumentKey(Tally.kind, "registration-a")
TOLD = b'{"kind":"tally","key":"registration-a","gate":"moved:here","by":"command-1"}'
OPENED = b'{"kind":"tally","key":"registration-a","gate":"here","revision":2,"waiting":1}'


def cause_in(value: bytes) -> Cause:
    record = Record(WAKE_UP_TOPIC, 0, 0, None, value, ())
    item = decode(record, Row(wake_up_id(value), 0, KEY.key, RowKind.WAKE_UP, 0, record, b"", NOW))
    assert isinstance(item, Received)
    return item.cause


@pytest.mark.parametrize(("value", "cause"), [(TOLD, Told(KEY, "moved:here")), (OPENED, Opened(KEY, "here"))])
def test_what_an_operator_told_is_no_gate_also_where_an_earlier_release_queued_it(value: bytes, cause: Cause) -> None:
    assert cause_in(value) == cause


def test_it_is_queued_so_that_an_earlier_release_reads_it() -> None:
    tables = Tables(states={KEY: (0, StateRow(Tally()))})
    tables.wake(KEY, "moved:here", "command-1", NOW)
    assert [queued.record.value for queued in tables.rows.values()] == [TOLD]
