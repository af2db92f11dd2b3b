"""A letter, written once and shown as text and as HTML, so that both always say the same."""

from dataclasses import dataclass
from html import escape
from typing import assert_never

from .one_line import one_line


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Labels with their values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Points:
    """A list without an order."""

    items: tuple[str, ...]


Block = Paragraph | Table | Points


@dataclass(frozen=True, slots=True)
class Letter:
    """What the mail says. Any text may hold typed names: both forms keep them on their line and inert."""

    subject: str
    blocks: tuple[Block, ...]


_HTML_HEAD = (
    '<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width">\n<title>{}</title>\n</head>\n'
    '<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em">\n'
)
_HTML_FOOT = "</body>\n</html>\n"


def as_text(letter: Letter) -> str:
    """The letter as plain text, its blocks separated by empty lines."""
    return "\n".join(_block_text(block) for block in letter.blocks)


def as_html(letter: Letter) -> str:
    """The letter as an HTML document in Dutch."""
    blocks = "".join(_block_html(block) for block in letter.blocks)
    return f"{_HTML_HEAD.format(_inert(letter.subject))}{blocks}{_HTML_FOOT}"


def _block_text(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f"{one_line(text)}\n"
        case Table(rows):
            return "".join(f"{label}: {one_line(value)}\n" for label, value in rows)
        case Points(items):
            return "".join(f"- {one_line(item)}\n" for item in items)
        case _:
            assert_never(block)


def _block_html(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{_inert(text)}</p>\n"
        case Table(rows):
            return f"<table>\n{''.join(_row_html(label, value) for label, value in rows)}</table>\n"
        case Points(items):
            return f"<ul>\n{''.join(f'<li>{_inert(item)}</li>{chr(10)}' for item in items)}</ul>\n"
        case _:
            assert_never(block)


def _row_html(label: str, value: str) -> str:
    return f'<tr><th scope="row" align="left">{label}:</th><td>{_inert(value)}</td></tr>\n'


def _inert(text: str) -> str:
    return escape(one_line(text), quote=False)
