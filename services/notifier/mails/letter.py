"""A letter, written once and shown as text and as HTML, so that both always say the same."""

from typing import NamedTuple


class Paragraph(NamedTuple):
    """Some sentences with one typed value in them."""

    before: str
    value: str
    after: str


class FixedParagraph(NamedTuple):
    """Sentences that are the same in every mail of their kind."""

    text: str


Row = tuple[str, str]
"""A label, the same in every mail, and its value."""


class Table(NamedTuple):
    """Labels with their values."""

    rows: tuple[Row, ...]


class Points(NamedTuple):
    """A list without an order, of values."""

    items: tuple[str, ...]


Block = Paragraph | FixedParagraph | Table | Points


class Letter(NamedTuple):
    """What the mail says. Values may hold typed names: both forms keep each on its line, and escape it."""

    subject: str
    blocks: tuple[Block, ...]
