"""Replays as `koppeling replay list` shows them."""

from datetime import UTC, datetime

import pytest
from remembered import replay

from ops.commands.replay import replay_lines
from ops.replay.asked import Asked, NothingThereError, TopicBounds, offsets_of
from ops.replay.force_options import Force
from ops.terminal.output import COLUMNS

ME = "6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10"
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def listed(asked: Asked, paused_at: datetime | None = None) -> list[str]:
    return list(replay_lines([replay(asked=f"{asked.checked()}", paused_at=paused_at)]))


def test_whose_records_a_replay_brings_and_that_it_is_forced_is_shown_in_full() -> None:
    asked = Asked("link-realised", "notifier", since=NOW, registration=ME, force=Force(wanted=True))
    lines = listed(asked)
    assert f"registration {ME}, forced" in " ".join(map(str.strip, lines))
    assert max(map(len, lines)) <= COLUMNS


def test_since_when_a_replay_is_paused_is_shown() -> None:
    assert "paused 2026-11-26 10:00:00" in " ".join(listed(Asked("link-realised", "notifier"), NOW))


def test_the_moments_that_were_asked_for_are_shown_on_amsterdam_s_clocks() -> None:
    since, until = datetime(2026, 7, 1, 22, tzinfo=UTC), NOW
    lines = listed(Asked("link-realised", "notifier", since=since, until=until))
    assert "since 2026-07-02 00:00:00, until 2026-11-26 10:00:00" in " ".join(map(str.strip, lines))


def test_an_empty_range_is_named_by_amsterdam_s_clocks() -> None:
    asked = Asked("link-realised", "notifier", lanes=(0,), since=NOW).checked()
    with pytest.raises(NothingThereError, match="since 2026-11-26 10:00:00"):
        offsets_of(asked, TopicBounds({0: 0}, {0: 9}, {0: 9}, {0: 9}))
