"""Prometheus' alerts against what a worker tells and what the runbook knows. No Prometheus runs here.

Its own `promtool` reads `deployment/prometheus/alerts.test.yml`; that each alert stands in it is looked at here.
"""

import re
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
import yaml
from document_faults import anchors
from scraped import scraped

from services.notifier.fates import Fates
from services.notifier.settings import SenderSettings
from stream.health import Pulse
from stream.metrics import Metrics
from stream.metrics_page import MetricsPage

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "deployment/prometheus"
FILE: dict[str, Any] = yaml.safe_load((FOLDER / "alerts.yml").read_text())
TRIED: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.test.yml").read_text())["tests"]
ALERTS: list[dict[str, Any]] = [rule for group in FILE["groups"] for rule in group["rules"]]
PAGE = scraped(MetricsPage(Metrics(), lambda: {"form-received": 1}, Pulse(), [Fates()]).text())
SELECTOR = re.compile(r'(koppeling_\w+)(?:\{(\w+)="(\w+)"\})?')
ANY_INCREASE = re.compile(r"increase\((.+?)\[(\w+)\]\)\) > 0")


def untold(expression: str) -> list[str]:
    """What it looks for and no worker tells: a metric, or one of its labels' values."""
    return [
        name + value
        for name, label, value in SELECTOR.findall(expression)
        if not any(name == told and (not label or (label, value) in labels) for told, labels in PAGE)
    ]


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: str(alert["alert"]))
def test_an_alert_asks_for_what_a_worker_tells_and_names_a_page_of_the_runbook(alert: dict[str, Any]) -> None:
    assert untold(alert["expr"]) == []
    page, _, heading = alert["annotations"]["runbook"].partition("#")
    assert heading in anchors(ROOT / page)
    assert alert["labels"]["severity"] in {"page", "ticket"}


def test_each_alert_is_tried_by_what_raises_it_and_by_what_does_not() -> None:
    cases = [case for test in TRIED for case in test["alert_rule_test"]]
    tried = {(case["alertname"], bool(case["exp_alerts"])) for case in cases}
    assert tried == {(alert["alert"], raised) for alert in ALERTS for raised in (True, False)}


def test_an_alert_is_tried_with_series_that_a_worker_tells() -> None:
    given = [series["series"] for test in TRIED for series in test["input_series"]]
    assert [series for series in given if untold(series)] == []


def test_where_a_single_one_counts_so_does_what_was_counted_while_nobody_scraped() -> None:
    counted = [(alert["expr"], *found) for alert in ALERTS for found in ANY_INCREASE.findall(alert["expr"])]
    assert len(counted) == 3
    also = [f"({one} unless {one} == last_over_time({one}[3d] offset {time})) > 0" for _, one, time in counted]
    assert [part for (whole, *_), part in zip(counted, also, strict=True) if part not in whole] == []


def test_a_metric_that_nobody_tells_and_a_value_that_no_label_has_are_found() -> None:
    assert untold("koppeling_lag_record > 1") == ["koppeling_lag_record"]
    assert untold('increase(koppeling_mails_total{fate="lost"}[1h]) > 0') == ["koppeling_mails_totallost"]


def test_a_mail_that_is_put_off_is_no_outage_and_one_that_waits_through_an_outage_shows_it() -> None:
    (away,) = (alert["expr"] for alert in ALERTS if alert["alert"] == "KoppelingMailServerAway")
    minutes, tries = map(int, re.findall(r'"retried"}\[(\d+)m\]\)\) > (\d+)', away)[0])
    settings = SenderSettings(smtp_host="nowhere", smtp_port=1)
    pauses = accumulate(settings.mail_retry_s * 2.0**number for number in range(20))
    put_off = 1 + sum(after_s < minutes * 60 for after_s in pauses)
    through_an_outage = minutes * 60 / (settings.reconnect_s_max + settings.mail_poll_s)
    assert 5 * put_off < tries < through_an_outage / 2
