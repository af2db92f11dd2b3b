"""Throughput of the last hour as inline SVG. Pure."""

from collections.abc import Sequence

from services.monitor.picture import Minute

_WIDTH, _HEIGHT, _LABELS = 600, 120, 22
_SERIES = ("arrivals", "completions", "failures")


def plot(minutes: Sequence[Minute]) -> str:
    """One line for each of the three, to a common scale; a label has their sums, for screen readers."""
    top = max((getattr(minute, name) for minute in minutes for name in _SERIES), default=0) or 1
    # Failures lie below: where all are 0, a red line would say that there were some.
    lines = "".join(_line(minutes, name, top) for name in reversed(_SERIES))
    said = ", ".join(f"{sum(getattr(minute, name) for minute in minutes)} {name}" for name in _SERIES)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT + _LABELS}" role="img" aria-label="In the last hour: {said}">'
        f"{lines}"
        f'<text x="0" y="16">{top} a minute</text><text x="0" y="{_HEIGHT + _LABELS - 5}">an hour ago</text>'
        f'<text x="{_WIDTH}" y="{_HEIGHT + _LABELS - 5}" text-anchor="end">now</text></svg>'
    )


def _line(minutes: Sequence[Minute], name: str, top: int) -> str:
    step = _WIDTH / max(1, len(minutes) - 1)
    points = " ".join(
        f"{number * step:.0f},{_HEIGHT - 2 - getattr(minute, name) * (_HEIGHT - 20) / top:.0f}"
        for number, minute in enumerate(minutes)
    )
    return f'<polyline class="{name}" points="{points}"/>'
