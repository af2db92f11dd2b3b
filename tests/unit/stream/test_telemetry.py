"""One line per record, of names from a closed list, and nothing of what stands in the record."""

import errno
import json
import logging
import os
from io import BytesIO

import pytest
from toy import Tally, fold, garbage, report, service

from stream.decode import decode
from stream.service import Case, Outcome
from stream.telemetry import Telemetry

FIELDS = {
    "at", "service", "result", "event", "id", "subject", "topic", "lane", "offset", "reason", "attempt", "emitted",
    "age_ms",
}  # fmt: skip
"""The closed list of names in a record's line."""


def broken(case: Case[str]) -> Outcome:
    raise ValueError(f"planted {case.subject} {Tally()}")


def lines(out: BytesIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_record_is_one_line_of_known_names() -> None:
    out = BytesIO()
    telemetry = Telemetry("toy", out)
    batch = [report("a", "1", offset=3, said="configured"), report("b", "2", said="failed"), garbage()]
    folded = fold([decode(record) for record in batch])

    telemetry.settled(folded.answers)

    said = lines(out)
    assert all(set(line) <= FIELDS for line in said)
    assert [line["result"] for line in said] == ["emitted", "parked", "parked"]
    assert (said[0]["service"], said[0]["event"], said[0]["subject"]) == ("toy", "provisioning-reported", "a")
    assert (said[0]["offset"], said[0]["emitted"], said[0]["attempt"]) == (3, 2, 1)
    assert said[1]["reason"] == "NOT_POSSIBLE"


def test_no_line_holds_anything_of_a_records_content() -> None:
    out = BytesIO()
    record = garbage(value=b'{"name": "planted"}')
    folded = fold([decode(record), decode(report("a", "1"))], toy=service(broken))
    Telemetry("toy", out).settled(folded.answers)
    assert b"planted" not in out.getvalue()


class Counting(BytesIO):
    writes = 0

    def write(self, data: object) -> int:
        self.writes += 1
        return super().write(data)  # type: ignore[arg-type]


def test_a_batch_is_written_at_once() -> None:
    out = Counting()
    Telemetry("toy", out).settled(fold([decode(report(str(number), "1")) for number in range(50)]).answers)
    assert out.writes == 1
    assert len(lines(out)) == 50


class OnDisk(BytesIO):
    is_full = True

    def flush(self) -> None:
        if self.is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_under_the_log_stops_nobody_and_what_is_lost_by_it_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    out = OnDisk()
    telemetry = Telemetry("toy", out)
    answers = fold([decode(report(str(number), "1")) for number in range(3)]).answers
    telemetry.settled(answers)
    telemetry.settled(answers)

    out.is_full = False
    telemetry.settled(answers)
    telemetry.settled(answers)

    cannot = "records' lines cannot be written (No space left on device): going on without"
    assert caplog.messages == [cannot, cannot, "records' lines are written again: up to 6 are lost"]
