"""The guide's text, sentence by sentence. A fingerprint of each is kept, since the words are their authors'."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

import docutils.core
import docutils.nodes

# The line above or below a title.
ADORNMENT = re.compile(r"([^\w\s])\1{2,}")

# A new item of a list, or a directive, stands on a line of its own; the number says nothing.
ITEM = re.compile(r"(?:(?:\d+|#)\.|[-*+])\s+|(?=\.\.\s)")

Sentences = dict[str, list[str]]
"""The sentences of each section, by its heading, or what is kept of them."""


def sentences_of(text: str) -> Sentences:
    """Return the sentences of each section; how lines are wrapped does not count.

    `ValueError` if the text has no section.
    """
    settings = {"report_level": 5, "halt_level": 5, "file_insertion_enabled": False, "doctitle_xform": False}
    document = docutils.core.publish_doctree(text, settings_overrides=settings)
    lines = text.splitlines()
    # A section's line is the one below its title, which may stand on the first line of the text.
    headings = [
        (section.line - 2, section[0].astext()) for section in document.findall(docutils.nodes.section) if section.line
    ]
    if not headings:
        raise ValueError("the text has no sections; it must be the guide's reStructuredText")
    ends = [*(line for line, _ in headings[1:]), len(lines)]
    found: Sentences = defaultdict(list)
    found[headings[0][1]] += split(lines[: headings[0][0]])
    for (line, heading), end in zip(headings, ends, strict=True):
        found[heading] += split(lines[line + 1 : end])
    return dict(found)


def split(lines: Sequence[str]) -> list[str]:
    """Return the sentences of some lines."""
    blocks = [""]
    for line in map(printable, lines):
        item = ITEM.match(line)
        if item or not line or ADORNMENT.fullmatch(line):
            blocks.append(line[item.end() :] if item else "")
        else:
            blocks[-1] += f" {line}"
    sentences = (sentence for block in blocks for sentence in re.split(r"(?<=[^\s.][.!?])\s+", block.strip()))
    return [sentence for sentence in sentences if re.search(r"\w", sentence)]


def printable(line: str) -> str:
    """Return a line without white space beside its words, and without what is no letter, sign or picture."""
    return " ".join("".join(one if one.isprintable() else " " for one in line).split())


def fingerprint(sentence: str) -> str:
    """Return what is kept of a sentence; a picture in it says nothing."""
    words = "".join(one for one in sentence if unicodedata.category(one) != "So")
    return digest(" ".join(words.split()))


def digest(text: str) -> str:
    """Return a few signs that are others for every other text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fingerprints(sentences: Sentences) -> Sentences:
    """Return the fingerprint of each sentence."""
    return {heading: [fingerprint(one) for one in part] for heading, part in sentences.items()}


def changes(known: Mapping[str, Sequence[str]], found: Sentences, before: Sentences) -> list[str]:
    """Return each section that is new, gone or not as it was, and in the lines below it its sentences; then another order.

    `known` are the fingerprints that are kept, and `before` the text that they are of, as far as it is at hand.
    """
    read = {fingerprint(sentence): sentence for part in before.values() for sentence in part}
    kinds = {heading: "reads otherwise" if heading in known else "is new" for heading in found}
    kinds |= {heading: "is gone" for heading in known if heading not in found}
    different = {heading: [*lines(known.get(heading, ()), found.get(heading, ()), read)] for heading in kinds}
    sections = [
        "\n".join([f'the section "{heading}" of the text {kind}', *different[heading]])
        for heading, kind in kinds.items()
        if different[heading] or (heading in known) != (heading in found)
    ]
    order, was = ([heading for heading in one if heading in other] for one, other in ((found, known), (known, found)))
    moved = ["\n".join(["the sections of the text stand in another order", *(f"  {heading}" for heading in order)])]
    return sections + (moved if order != was else [])


def lines(known: Sequence[str], found: Sequence[str], read: Mapping[str, str]) -> Iterator[str]:
    """Yield a section's sentences that came (`+`) and went (`-`)."""
    matcher = SequenceMatcher(None, known, [fingerprint(sentence) for sentence in found], autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            continue
        gone = [read[one] for one in known[start:end] if one in read]
        unread = end - start - len(gone)
        yield from (f"  - {sentence}" for sentence in gone)
        if unread:
            yield f"  - {unread} sentence{'s' * (unread > 1)} more, whose words the text before this one has"
        yield from (f"  + {sentence}" for sentence in found[first:last])
