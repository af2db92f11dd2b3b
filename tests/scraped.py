"""`/metrics` read as Prometheus reads it."""

from prometheus_client.parser import text_string_to_metric_families

Page = dict[tuple[str, frozenset[tuple[str, str]]], float]
"""Each number by its name and its labels."""


def scraped(text: bytes) -> Page:
    families = text_string_to_metric_families(text.decode())
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def number(page: Page, name: str, **labels: str) -> float:
    return page[name, frozenset(labels.items())]


def total(page: Page, name: str, **labels: str) -> float:
    """The sum of all numbers with this name and at least these labels."""
    return sum(value for (found, rest), value in page.items() if found == name and rest >= labels.items())


def values_of(page: Page, label: str) -> set[str]:
    return {value for _, labels in page for name, value in labels if name == label}
