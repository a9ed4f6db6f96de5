"""YAML as nodes, which say in which line they are: nothing is built from them, and nothing in them takes long."""

from __future__ import annotations

import re

import yaml

Nodes = dict[str, yaml.Node]
"""What a mapping holds, by its keys. Nodes say in which line they are, and building nothing from them is safe."""

SHALLOW = 500
"""Brackets of a text, and characters of its longest line, with which it cannot be nested too deeply for a parser in C."""

PARTS = 100_000
"""Parts of a workflow, at most: what aliases stand for counts each time."""

ALIAS = re.compile(r"(?<![^\s\[{,])\*[\w-]")
"""Where an alias of YAML may stand."""


def entries(node: yaml.Node | None) -> Nodes:
    """Return what a mapping holds, by its keys; nothing for anything else."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {text(key): value for key, value in pairs}


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """Return what a list holds; GitHub takes a text for a list of one."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else [node] if text(node) else []  # type: ignore[list-item]


def text(node: yaml.Node | None) -> str:
    """Return a text; an empty one for anything else."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def is_too_large(document: yaml.Node | None) -> bool:
    """Say whether a document has too many parts once each alias is what it stands for, or an alias stands for itself."""
    sizes: dict[int, int | None] = {}  # `None` while a part is looked at

    def size(node: yaml.Node) -> int:
        if id(node) not in sizes:
            sizes[id(node)] = None
            below = node.value if isinstance(node, yaml.CollectionNode) else ()
            sizes[id(node)] = 1 + sum(sum(map(size, part)) if isinstance(part, tuple) else size(part) for part in below)
        known = sizes[id(node)]
        return PARTS + 1 if known is None else min(known, PARTS + 1)

    return document is not None and size(document) > PARTS


def repeated_key(root: yaml.Node | None) -> str:
    """Return where a mapping has a key twice, which GitHub refuses; empty where none has.

    Each node is looked at once, however often aliases name it.
    """
    seen, waiting = set[int](), [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen or not isinstance(node, yaml.CollectionNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += reversed(node.value)
            continue
        known = set[str]()
        for key, _ in node.value:
            if text(key) in known:
                return f"line {key.start_mark.line + 1}: {text(key)} is there twice"
            known.add(text(key))
        waiting += [value for _, value in reversed(node.value)]
    return ""


def lines_of_parts(node: yaml.Node | None, content: str) -> dict[str, tuple[int, int]]:
    """Return the first and the last line of each part of a mapping, without the blank lines and comments behind it."""
    written = content.split("\n")
    found = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else []:
        first, last = key.start_mark.line, max(value.end_mark.line, key.start_mark.line + 1)
        while last > first + 1 and not written[last - 1 : last][0].partition("#")[0].strip():
            last -= 1
        found[text(key)] = (first + 1, last)
    return found


def composed(content: str) -> yaml.Node | None:
    """Return the document in a text; `yaml.YAMLError` or `RecursionError` if it is none.

    PyYAML's parser in C is ten times as fast, and crashes where lists are nested deeply.
    """
    brackets = content.count("[") + content.count("{")
    longest = max(map(len, content.split("\n")))
    if yaml.__with_libyaml__ and brackets < SHALLOW and longest < SHALLOW:
        try:
            found: yaml.Node | None = yaml.compose(content, Loader=yaml.CBaseLoader)
            return found
        except yaml.YAMLError:
            pass  # the other one has better words for it
    slow: yaml.Node | None = yaml.compose(content, Loader=yaml.BaseLoader)
    return slow
