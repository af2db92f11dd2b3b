from benchmarks.result import Drain, Machine, OpenLoop, RawHop, Result, Verdict
from benchmarks.table import lines

SERVICES = ("intake", "enrichment", "provisioning", "notifier")
PROCESSES = (*SERVICES, "kafka", "keylane", "mailbox", "postgres")
COLUMNS = 80


def result(*, scale: float = 1.0, problems: tuple[str, ...] = ()) -> Result:
    return Result(
        machine=Machine(
            cores=2,
            processor="Some Long Processor Name 9999 @ 9.99GHz",
            system="Linux 6",
            python="3.11",
            kafka="4",
            postgres="18",
            load=0.5,
        ),
        start_up_s=dict.fromkeys(SERVICES, 0.9 * scale),
        drain=Drain(
            registrations=5_000,
            mails=10_000,
            published_to_last_s=3 * scale,
            first_to_last_s=2.5 * scale,
            cpu_s=dict.fromkeys(PROCESSES, 0.25 * scale),
            events=dict.fromkeys(SERVICES, 5_000),
        ),
        raw_hop=RawHop(records=5_000, passes=3, cpu_ms_per_event=0.04 * scale),
        open_loop=OpenLoop(
            registrations=1_000,
            rate_per_s=50,
            p50_ms=20 * scale,
            p99_ms=80 * scale,
            latest_ms=120 * scale,
            cpu_s=dict.fromkeys(PROCESSES, 1.5 * scale),
        ),
        resident_mb=dict.fromkeys(SERVICES, 60 * scale),
        verdict=Verdict(outcome="5 of 5 realised, 5 mails, 0 lost, 0 double", problems=problems),
    )


def test_a_table_fits_eighty_columns_on_a_slow_machine_too() -> None:
    assert max(map(len, lines(result(scale=100)))) <= COLUMNS


def test_the_services_are_added_up_and_the_others_stand_apart() -> None:
    together = next(line for line in lines(result()) if line.startswith("together"))
    assert together.split() == ["together", "0.200", "6.00", "20,000"]


def test_an_event_is_compared_with_the_raw_hop_of_the_same_run() -> None:
    intake = next(line for line in lines(result()) if line.startswith("intake"))
    assert intake.split()[4:] == ["5,000", "0.050", "1.2", "60.0"]


def test_every_problem_is_named_before_the_last_line() -> None:
    shown = list(lines(result(problems=("3 mails are UNCERTAIN",))))
    assert shown[-2:] == ["3 mails are UNCERTAIN", "bench: 5 of 5 realised, 5 mails, 0 lost, 0 double"]


def test_a_result_is_read_back_from_its_json() -> None:
    assert Result.model_validate_json(result().model_dump_json()) == result()
