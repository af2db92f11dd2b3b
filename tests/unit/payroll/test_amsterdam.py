from datetime import date, datetime

import pytest

from payroll.amsterdam import amsterdam_day


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-01-31T22:59:59+00:00", date(2026, 1, 31)),
        ("2026-01-31T23:00:00+00:00", date(2026, 2, 1)),
        ("2026-07-31T21:59:59+00:00", date(2026, 7, 31)),
        ("2026-07-31T22:00:00+00:00", date(2026, 8, 1)),
        ("2026-08-01T05:59:00+08:00", date(2026, 7, 31)),
    ],
)
def test_a_moment_belongs_to_the_day_on_amsterdam_s_clocks(moment: str, day: date) -> None:
    assert amsterdam_day(datetime.fromisoformat(moment)) == day
