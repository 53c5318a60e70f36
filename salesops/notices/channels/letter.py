"""A message as the channels take it: already in the reader's words, its values already harmless."""

from dataclasses import dataclass

from django.utils.translation import gettext, override


@dataclass(frozen=True)
class Line:
    """One notice in a message. `url` is absolute or empty."""

    title: str
    body: str
    action: str
    url: str


@dataclass(frozen=True)
class Letter:
    """`heading` is one line; `note` says why it comes this way; `footer` makes a rare twin recognisable."""

    heading: str
    lines: tuple[Line, ...]
    language: str
    footer: str = ""
    note: str = ""
    message_id: str = ""


def fitting(letter: Letter, largest: int) -> tuple[tuple[Line, ...], str]:
    """As many lines as fit into `largest` bytes, at least one, and a sentence about the rest ("" if there is none)."""
    room = largest - 400  # heading, note, footer and the sentence about the rest
    shown = 0
    for line in letter.lines:
        room -= len("".join([line.title, line.body, line.action, line.url]).encode()) + 24
        if room < 0 and shown:
            break
        shown += 1
    rest = len(letter.lines) - shown
    if not rest:
        return letter.lines, ""
    with override(letter.language):
        return letter.lines[:shown], gettext("%(count)d more are in your inbox.") % {"count": rest}


def markdown(letter: Letter, largest: int, *, line_end: str = "\n") -> str:
    """The letter as the common subset of the vendors' markdown, cut at `largest` bytes between lines."""
    shown, more = fitting(letter, largest)
    parts = [f"**{letter.heading}**"] if len(letter.lines) > 1 else []
    parts += [letter.note] if letter.note else []
    for line in shown:
        text = [f"**{line.title}**", line.body, f"[{line.action}]({line.url})" if line.url else ""]
        parts.append(line_end.join(filter(None, text)))
    parts += filter(None, [more, letter.footer])
    return "\n\n".join(parts)


def plain(letter: Letter) -> str:
    """The letter as the text of a mail."""
    shown, more = fitting(letter, 200_000)
    parts = [letter.note] if letter.note else []
    parts += ["\n".join(filter(None, [line.title, line.body, line.url])) for line in shown]
    parts += filter(None, [more])
    return "\n\n".join(parts) + (f"\n\n-- \n{letter.footer}\n" if letter.footer else "\n")
