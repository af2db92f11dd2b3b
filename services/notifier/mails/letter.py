"""A letter's blocks, which are written both as text and as HTML, so that the two always say the same."""

from typing import NamedTuple


class Paragraph(NamedTuple):
    """Sentences with one typed value in them."""

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
    """An unordered list of values."""

    items: tuple[str, ...]


Block = Paragraph | FixedParagraph | Table | Points


class Letter(NamedTuple):
    """What a mail says. Values may have typed names in them: both forms keep each on its line, and escape it."""

    subject: str
    blocks: tuple[Block, ...]
