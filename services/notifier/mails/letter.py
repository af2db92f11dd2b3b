"""A letter, written once and shown as text and as HTML, so that both always say the same."""

from html import escape
from typing import NamedTuple, assert_never

from .one_line import one_line


class Paragraph(NamedTuple):
    """Some sentences, typed values in them."""

    text: str


class FixedParagraph(NamedTuple):
    """Sentences that are the same in every mail of their kind."""

    text: str


class Table(NamedTuple):
    """Labels with their values."""

    rows: tuple[tuple[str, str], ...]


class Points(NamedTuple):
    """A list without an order."""

    items: tuple[str, ...]


Block = Paragraph | FixedParagraph | Table | Points


class Letter(NamedTuple):
    """What the mail says. Any text may hold typed names: both forms keep them on their line and inert."""

    subject: str
    blocks: tuple[Block, ...]


HTML_HEAD = (
    '<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width">\n'
)
HTML_BODY = '</head>\n<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em">\n'
HTML_FOOT = "</body>\n</html>\n"
"""An HTML letter: head, title, body, the blocks, foot. Each ends its line."""


def html_title(subject: str) -> str:
    """The subject as the HTML letter's title."""
    return f"<title>{_inert(one_line(subject))}</title>\n"


def shown(block: Block) -> tuple[str, str]:
    """The block as plain text and as HTML, whole lines both."""
    match block:
        case Paragraph(text) | FixedParagraph(text):
            line = one_line(text)
            return f"{line}\n", f"<p>{_inert(line)}</p>\n"
        case Table(rows):
            lines = [(label, one_line(value)) for label, value in rows]
            return "".join([f"{label}: {line}\n" for label, line in lines]), _html_table(lines)
        case Points(items):
            points = [one_line(item) for item in items]
            return "".join([f"- {point}\n" for point in points]), _html_list(points)
        case _:
            assert_never(block)


def _html_table(lines: list[tuple[str, str]]) -> str:
    rows = [f'<tr><th scope="row" align="left">{label}:</th><td>{_inert(line)}</td></tr>\n' for label, line in lines]
    return f"<table>\n{''.join(rows)}</table>\n"


def _html_list(points: list[str]) -> str:
    items = [f"<li>{_inert(point)}</li>\n" for point in points]
    return f"<ul>\n{''.join(items)}</ul>\n"


def _inert(line: str) -> str:
    return escape(line, quote=False)
