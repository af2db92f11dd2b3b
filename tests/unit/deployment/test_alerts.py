"""Prometheus' alerts against what a worker tells and what the runbook knows. No Prometheus runs here."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from document_faults import anchors
from scraped import scraped

from services.notifier.fates import Fates
from stream.metrics import Metrics
from stream.metrics_page import MetricsPage

ROOT = Path(__file__).parents[3]
FILE: dict[str, Any] = yaml.safe_load((ROOT / "deployment/prometheus/alerts.yml").read_text())
ALERTS: list[dict[str, Any]] = [rule for group in FILE["groups"] for rule in group["rules"]]
PAGE = scraped(MetricsPage(Metrics(), lambda: {"form-received": 1}, [Fates()]).text())
SELECTOR = re.compile(r'(koppeling_\w+)(?:\{(\w+)="(\w+)"\})?')


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


def test_a_metric_that_nobody_tells_and_a_value_that_no_label_has_are_found() -> None:
    assert untold("koppeling_lag_record > 1") == ["koppeling_lag_record"]
    assert untold('increase(koppeling_mails_total{fate="lost"}[1h]) > 0') == ["koppeling_mails_totallost"]
