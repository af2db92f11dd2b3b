"""What a reader of a mail's HTML sees."""

from dataclasses import dataclass
from html.parser import HTMLParser


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said: list[str] = []
        self.lang: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "html":
            self.lang = dict(attrs).get("lang")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] != "title":
            self.said.append(data)


@dataclass(frozen=True)
class Html:
    """What a reader of the HTML sees, and of which elements it is made."""

    words: list[str]
    tags: set[str]
    lang: str | None


def seen(html: str) -> Html:
    """The words of the body in order, without the title."""
    reader = _Words()
    head, _, body = html.partition("<body")
    reader.feed(head)
    reader.said.clear()
    reader.feed(f"<body{body}")
    reader.close()
    return Html(" ".join(reader.said).split(), set(reader.tags), reader.lang)
