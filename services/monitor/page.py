"""The page: one HTML document without scripts or anything to fetch. Pure."""

from datetime import UTC, datetime
from html import escape
from typing import NamedTuple

from services.monitor.difference import Reconciled, Row
from services.monitor.picture import Column, Picture
from services.monitor.plot import plot
from services.monitor.stage import Stage

REFRESH_S = 5
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60


class State(NamedTuple):
    """How far the view itself is. `ready` once it has caught up with the topics; `waiting` records are not read yet.

    `postgres` is the result of comparing it with Postgres; None if it was given none.
    """

    ready: bool
    waiting: int
    unreadable: int
    postgres: Reconciled | None = None


def page(picture: Picture, state: State, *, refresh: bool) -> str:
    """The whole HTML page; with `refresh` it asks for itself anew every few seconds."""
    again = f'<meta http-equiv="refresh" content="{REFRESH_S}">' if refresh else ""
    link = '<a href="/?still">Stop refreshing</a>' if refresh else '<a href="/">Refresh every 5 s</a>'
    registrations = _counted(picture.registrations, "registration")
    open_ones = "".join(_stage(column) for column in picture.columns if not column.stage.ended)
    ended = "".join(_stage(column) for column in picture.columns if column.stage.ended)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{again}'
        '<meta name="viewport" content="width=device-width"><title>Salariskoppeling: live view</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>Live view</h1>{_state(state)}"
        f'<p class="small">{registrations} at {_clock(picture.at_ms)}'
        f"{_unreadable(state.unreadable)}. {link}. "
        '<a href="/picture.json">As JSON</a>.</p>'
        f"<h2>Under way</h2><ol>{open_ones}</ol><h2>Ended</h2><ol>{ended}</ol>"
        f"<h2>Alerts</h2>{_alerts(picture)}"
        f"<h2>Compared with Postgres</h2>{_reconciled(state.postgres, picture.at_ms)}"
        f'<h2>The last hour</h2>{plot(picture.minutes)}<p class="small"><b class="arrivals">arrivals</b> '
        '<b class="completions">completions</b> <b class="failures">failures</b> a minute</p>'
        "</main></body></html>"
    )


def age(seconds: int) -> str:
    """An age in its largest unit and the next: 3 d 4 h."""
    for unit_s, unit, part_s, part in ((_DAY_S, "d", _HOUR_S, "h"), (_HOUR_S, "h", _MINUTE_S, "min")):
        if seconds >= unit_s:
            return f"{seconds // unit_s} {unit} {seconds % unit_s // part_s} {part}"
    return f"{seconds // _MINUTE_S} min {seconds % _MINUTE_S} s" if seconds >= _MINUTE_S else f"{seconds} s"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _state(state: State) -> str:
    waiting = _counted(state.waiting, "record")
    if not state.ready:
        return f'<p role="status" class="bad">Reading the topics: {waiting} to go. Counts are partial.</p>'
    return f'<p role="status" class="good">Up to date: {waiting} waiting.</p>'


def _unreadable(records: int) -> str:
    """Beside the count of registrations, because nobody can tell whether these records would add to it."""
    if not records:
        return ""
    count = _counted(records, "record")
    return f', <span class="odd">and {count} that could not be read: <code>koppeling parked list</code></span>'


def _stage(column: Column) -> str:
    ages = ""
    if column.oldest_s is not None and column.p50_s is not None and column.p95_s is not None:
        told = f"oldest {age(column.oldest_s)}<br>half over {age(column.p50_s)}<br>5 % over {age(column.p95_s)}"
        ages = f"<small>{told}</small>"
    return f"<li><h3>{escape(column.stage.words)}</h3><strong>{column.registrations}</strong>{ages}</li>"


def _alerts(picture: Picture) -> str:
    parked = (
        f'<p class="bad">{picture.parked} parked: see <code>koppeling parked list</code></p>' if picture.parked else ""
    )
    if not picture.alerts:
        return parked + "<p>Nobody is stuck.</p>"
    rows = "".join(_cells(one.reference, one.stage.words, age(one.silent_s)) for one in picture.alerts)
    return (
        f"{parked}<table><caption>{picture.stuck} stuck, the longest first</caption><thead><tr>"
        '<th scope="col">Reference</th><th scope="col">Stage</th><th scope="col">Silent for</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _reconciled(seen: Reconciled | None, now_ms: int) -> str:
    if seen is None:
        return "<p>Not compared: this view was given no Postgres.</p>"
    silent = ""
    if seen.silent_since_ms is not None:
        silent = f'<p class="bad">Postgres does not answer, since {_clock(seen.silent_since_ms)}.</p>'
    return silent + _compared(seen, now_ms)


def _compared(seen: Reconciled, now_ms: int) -> str:
    if seen.rows:
        rows = "".join(_difference(row, now_ms) for row in seen.rows)
        return (
            f'<table><caption class="bad">{sum(row.registrations for row in seen.rows)} stand elsewhere in Postgres'
            '</caption><thead><tr><th scope="col">Here</th><th scope="col">Postgres</th><th scope="col">How many</th>'
            f'<th scope="col">For</th><th scope="col">Such as</th></tr></thead><tbody>{rows}</tbody></table>'
        )
    if seen.whole_at_ms is None:
        return "<p>Not all registrations were compared yet.</p>"
    count = _counted(seen.compared, "registration")
    return f"<p>As Postgres: {count} compared, the last at {_clock(seen.whole_at_ms)}.</p>"


def _difference(row: Row, now_ms: int) -> str:
    since = age(max(0, now_ms - row.since_ms) // 1000)
    return _cells(_words(row.here), _words(row.there), str(row.registrations), since, " ".join(row.references))


def _words(stage: Stage | None) -> str:
    return "not there" if stage is None else stage.words


def _cells(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _clock(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%H:%M:%S UTC")


_STYLE = """
:root{color-scheme:light dark;--ink:#1b2430;--paper:#fff;--soft:#f1f4f7;--arrivals:#1763b5;--completions:#1b7a3d;
--failures:#b3261e;--odd:#8a5300}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--paper:#14181d;--soft:#212830;--arrivals:#7db7f5;
--completions:#6fce90;--failures:#ff9289;--odd:#f0b45a}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.4 system-ui,sans-serif}
main{max-width:72rem;margin:auto;padding:1rem}h1{margin:0;font-size:1.5rem}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}
h3{font-size:.9rem;margin:0;font-weight:600}a{color:var(--arrivals)}.small,small{font-size:.85rem}
ol{list-style:none;margin:0;padding:0;display:grid;gap:.5rem;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr))}
li{background:var(--soft);border-radius:.4rem;padding:.6rem .7rem}strong{font-size:1.6rem}small{display:block}
table{border-collapse:collapse;width:100%}caption{text-align:left}th,td{text-align:left;padding:.3rem .8rem .3rem 0}
svg{width:100%;max-width:60rem;background:var(--soft);border-radius:.4rem}svg text{fill:var(--ink);font-size:11px}
polyline{fill:none;stroke-width:2}polyline.arrivals{stroke:var(--arrivals)}polyline.failures{stroke:var(--failures)}
polyline.completions{stroke:var(--completions)}b.arrivals{color:var(--arrivals)}b.completions{color:var(--completions)}
b.failures,.bad{color:var(--failures)}.good{color:var(--completions)}.odd{color:var(--odd)}
@media(max-width:40rem){svg text{font-size:18px}table{font-size:.8rem}th,td{padding-right:.4rem}}
"""
