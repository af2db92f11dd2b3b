from pathlib import Path

from benchmarks.arrivals import Arrivals


async def test_mails_are_counted_as_they_arrive(tmp_path: Path) -> None:
    line = '{"message_id": "<a@b>", "recipient": "a@b.example", "subject": "s", "arrived_at_ns": 1000000000}\n'
    index = tmp_path / "index.ndjson"
    index.write_text(line * 2)
    arrivals = Arrivals(tmp_path)
    await arrivals.until(2)
    with index.open("a") as more:
        more.write(line)
    await arrivals.until(3)
    assert len(arrivals.after(2)) == 1
