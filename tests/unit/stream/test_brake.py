"""A bad release stops; bad data does not."""

from toy import fold, garbage, of_a_newer_version, report

from stream.answer import Answer, Result
from stream.brake import RUN_MAX, SHARE_MAX, WINDOW, WINDOW_MIN, Brake
from stream.decode import decode


def suspect(key: str) -> Answer:
    return Answer(decode(report(key, key)), Result.PARKED, "DEFECT_ValueError", suspect=key)


def well(key: str = "well") -> Answer:
    return Answer(decode(report(key, key)), Result.EMITTED)


def test_a_run_of_suspect_records_of_different_keys_stops_the_release() -> None:
    run = [suspect(f"key {number}") for number in range(RUN_MAX)]
    assert Brake().after(run[:-1]).verdict() is None
    assert Brake().after(run[:-1]).after([well(), run[-1]]).verdict() is None
    assert Brake().after(run[:-1]).after(run[-1:]).verdict() == "10 records in a row could not be decided"


def test_one_key_that_can_not_be_decided_stops_nothing_however_often_it_is_tried() -> None:
    assert Brake().after([suspect("the same")] * WINDOW).verdict() is None


def test_a_share_of_suspect_records_of_different_keys_stops_the_release_once_there_are_enough() -> None:
    every_fifth = [suspect(f"key {number}") if number % 5 == 0 else well() for number in range(WINDOW)]
    assert Brake().after(every_fifth[: WINDOW_MIN - 1]).verdict() is None
    assert Brake().after(every_fifth[:WINDOW_MIN]).verdict() == "10 of the last 50 records could not be decided"
    assert Brake().after(every_fifth).verdict() == "20 of the last 100 records could not be decided"
    every_sixth = [suspect(f"key {number}") if number % 6 == 0 else well() for number in range(WINDOW)]
    assert SHARE_MAX > 1 / 6
    assert Brake().after(every_sixth).verdict() is None


def test_only_the_last_hundred_records_count() -> None:
    bad = [suspect(f"key {number}") for number in range(RUN_MAX - 1)]
    assert Brake().after(bad).after([well()] * WINDOW).recent == (None,) * WINDOW


def test_bad_data_and_what_was_not_decided_do_not_count() -> None:
    bad_data = [Answer(decode(garbage(offset)), Result.PARKED, "NOT_JSON") for offset in range(WINDOW)]
    assert Brake().after(bad_data).verdict() is None
    waiting = [Answer(decode(report(str(n), "1")), result) for n in range(9) for result in Result]
    assert len(Brake().after(waiting).recent) == 9 * 4


def test_records_that_can_not_be_read_count_each_for_itself() -> None:
    folded = fold([decode(of_a_newer_version(report("a", str(offset), offset=offset))) for offset in range(RUN_MAX)])
    assert Brake().after(folded.answers).verdict() is not None
