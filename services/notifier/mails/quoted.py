"""Encodes a letter in quoted-printable, as text and as HTML; fixed parts are encoded once, and typed values each time.

Almost all of a mail is the same for every reader; encoding it anew each time took longer than sending it. Every value
is on lines of its own, between soft line breaks, so that no line gets too long.
"""

import re
from binascii import b2a_qp
from functools import lru_cache
from html import escape
from typing import NamedTuple, assert_never

from services.notifier.mails.letter import Block, FixedParagraph, Letter, Paragraph, Points, Table
from services.notifier.mails.one_line import one_line

# Large enough for all fixed texts. Only those get in here, and never what was typed.
_FRAMES_MAX = 256
_SOFT_BREAK = "=\r\n"
# What is the same in text, in HTML and in quoted-printable.
_PLAIN = re.compile(r"[A-Za-z0-9 .,:;'()/+-]{0,70}")


# Plain tuples: a mail makes twenty of them, and named tuples are slower to make.
Quoted = tuple[str, str]
"""The same said as text and as HTML; lines end with CRLF."""


class _Frame(NamedTuple):
    """What stands around one value, in both forms."""

    text_before: str
    text_after: str
    html_before: str
    html_after: str


def quoted(letter: Letter) -> Quoted:
    """The letter as plain text, with empty lines between its blocks, and as an HTML document in Dutch."""
    blocks = [_block(block) for block in letter.blocks]
    _, head = _framed(_TITLE, letter.subject)
    html = "".join([html for _, html in blocks])
    return "\r\n".join([text for text, _ in blocks]), f"{head}{html}{_FOOT}"


def _block(block: Block) -> Quoted:
    match block:
        case FixedParagraph(text):
            return _fixed(text)
        case Paragraph(before, value, after):
            return _framed(_paragraph(before, after), value)
        case Table(rows):
            return _enclosed("table", [_framed(_row(label), value) for label, value in rows])
        case Points(items):
            return _enclosed("ul", [_framed(_POINT, item) for item in items])
        case _:
            assert_never(block)


def _framed(frame: _Frame, value: str) -> Quoted:
    text_before, text_after, html_before, html_after = frame
    text, html = _value(value)
    return f"{text_before}{text}{text_after}", f"{html_before}{html}{html_after}"


def _value(text: str) -> Quoted:
    """A typed value on one line, escaped and encoded."""
    if _PLAIN.fullmatch(text):
        return text, text
    line = one_line(text)
    return _encoded(line), _encoded(_inert(line))


def _enclosed(element: str, lines: list[Quoted]) -> Quoted:
    html = "".join([html for _, html in lines])
    return "".join([text for text, _ in lines]), f"<{element}>\r\n{html}</{element}>\r\n"


@lru_cache(maxsize=_FRAMES_MAX)
def _fixed(text: str) -> Quoted:
    return _encoded(f"{text}\n"), _encoded(f"<p>{_inert(text)}</p>\n")


@lru_cache(maxsize=_FRAMES_MAX)
def _paragraph(before: str, after: str) -> _Frame:
    return _frame(before, after, html_before=f"<p>{_inert(before)}", html_after=f"{_inert(after)}</p>")


@lru_cache(maxsize=_FRAMES_MAX)
def _row(label: str) -> _Frame:
    html_before = f'<tr><th scope="row" align="left" nowrap>{_inert(label)}:</th><td>'
    return _frame(f"{label}: ", "", html_before=html_before, html_after="</td></tr>")


def _frame(before: str, after: str, *, html_before: str, html_after: str) -> _Frame:
    return _Frame(
        f"{_encoded(before)}{_SOFT_BREAK}",
        f"{_SOFT_BREAK}{_encoded(after)}\r\n",
        f"{_encoded(html_before)}{_SOFT_BREAK}",
        f"{_SOFT_BREAK}{_encoded(html_after)}\r\n",
    )


def _inert(text: str) -> str:
    return escape(text, quote=False)


def _encoded(text: str) -> str:
    # The last character is there for what may follow: it leaves room for "=", and no space ends the line.
    return b2a_qp(f"{text}x".encode(), istext=True)[:-1].decode("ascii").replace("\n", "\r\n")


_POINT = _frame("- ", "", html_before="<li>", html_after="</li>")
_TITLE = _frame(
    "",
    "",
    html_before='<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width">\n<title>',
    # A long address must not push what stands beside it, such as the code, out of a telephone's view.
    html_after="</title>\n</head>\n"
    '<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em; overflow-wrap: anywhere">',
)
_FOOT = "</body>\r\n</html>\r\n"
