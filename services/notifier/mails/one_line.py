"""Makes a typed name safe for a letter: one line, nothing invisible, and otherwise as it was typed."""

import unicodedata

_JOINERS = "\u200c\u200d"
_TAGS = range(0xE0020, 0xE0080)
_SPACES = {"Zs", "Zl", "Zp"}
_DROPPED = {"Cc", "Cf", "Cs"}


def one_line(text: str) -> str:
    """The text without control characters, line ends, bidirectional controls and lone surrogates.

    Separators become spaces. Emoji stay whole, with their joiners and tags, also those newer than this release.
    """
    if text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable() or character in _JOINERS or ord(character) in _TAGS:
        return character
    category = unicodedata.category(character)
    if category in _SPACES or character.isspace():
        return " "
    return "" if category in _DROPPED else character
