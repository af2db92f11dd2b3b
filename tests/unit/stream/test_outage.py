"""For how long a worker that stands still is excused."""

from stream.errors import StoreUnavailable, TransportUnavailable
from stream.outage import EXCUSED_S_MAX, Outage


def test_postgres_excuses_from_its_first_failure_until_it_answers_and_for_ten_minutes_at_most() -> None:
    outage = Outage()
    assert not outage.excuses(1_000)
    for began_s in (1_000, 3_000):
        outage.note(StoreUnavailable(), began_s)
        outage.note(StoreUnavailable(), began_s + 300)
        assert [outage.excuses(began_s + EXCUSED_S_MAX + late_s) for late_s in (-1, 0)] == [True, False]
        outage.note(TransportUnavailable(), began_s + 400)
        assert not outage.excuses(began_s)
