"""A pin is read in every way to write it; a commit that is known decides, and its comment is a claim."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from packaging.version import Version

from pyrelease.pins import RELEASES, TABLE, Pin, pin, read_pins, release_of, releases, repository, table, with_pins
from pyrelease.pins.sides import Side, partners, settled
from tools.write_releases import missing

PUBLISH = "pypa/gh-action-pypi-publish"

# Releases of the publish action (RELEASES has them), and a commit that nobody knows.
OLD, NEW, NEWEST = (
    "fb13cb306901256ace3dab689990e13a5550ffaa",
    "76f52bc884231f62b9a034ebfe128415bbaabdfc",
    "dc37677b2e1c63e2034f94d8a5b11f265b73ba33",
)
UNKNOWN = "c" * 40

TEMPLATE = Pin(PUBLISH, f"@{NEWEST} # v1.14.2")

FORMS = {
    "      - uses: {}@{} # v1.11.0": "      - uses: {}@{} # v1.14.2",
    "      - uses: {}@{}  # v1.11.0": "      - uses: {}@{}  # v1.14.2",
    "        uses: {}@{}\t#\tv1.11.0": "        uses: {}@{}\t#\tv1.14.2",
    "      - uses: {}@{} #v1.11.0": "      - uses: {}@{} #v1.14.2",
    "      - uses: {}@{}# v1.11.0": "      - uses: {}@{}# v1.14.2",
    "      - uses: {}@{} # 1.11.0": "      - uses: {}@{} # 1.14.2",
    "      - uses: {}@{} # tag=v1.11.0": "      - uses: {}@{} # tag=v1.14.2",
    "      - uses: {}@{} # ratchet:pypa/gh-action-pypi-publish@v1.11.0": (
        "      - uses: {}@{} # ratchet:pypa/gh-action-pypi-publish@v1.14.2"
    ),
    "      - uses: {}@{} # frozen: v1.11.0": "      - uses: {}@{} # frozen: v1.14.2",
    "      - uses: {}@{} # pin@v1.11.0": "      - uses: {}@{} # pin@v1.14.2",
    "      - uses: {}@{} # version: 1.11.0": "      - uses: {}@{} # version: 1.14.2",
    "      - uses: {}@{} # v1.11.0 (note)": "      - uses: {}@{} # v1.14.2 (note)",
    "      - uses: {}@{} # release/v1.11.0, as of 2024-11-02.": "      - uses: {}@{} # release/v1.14.2, as of 2024-11-02.",
    "      - uses: '{}@{}' # v1.11.0": "      - uses: '{}@{}' # v1.14.2",
    '      - "uses": "{}@{}"  # v1.11.0': '      - "uses": "{}@{}"  # v1.14.2',
    "      - uses: &publish {}@{} # v1.11.0": "      - uses: &publish {}@{} # v1.14.2",
    "      - uses: {}@{} # v1.11.0  \r": "      - uses: {}@{} # v1.14.2  \r",
    "      - {{uses: {}@{}}} # v1.11.0": "      - {{uses: {}@{}}} # v1.14.2",
    "      - {{name: Publish, uses: '{}@{}', with: {{a: 1}}}} # v1.11.0": (
        "      - {{name: Publish, uses: '{}@{}', with: {{a: 1}}}} # v1.14.2"
    ),
    "    steps: [{{run: ls}}, {{uses: {}@{}}}] # v1.11.0": "    steps: [{{run: ls}}, {{uses: {}@{}}}] # v1.14.2",
    "    steps: [uses: {}@{}] # v1.11.0": "    steps: [uses: {}@{}] # v1.14.2",
}
"""Each way to write a pin with a whole version, and how it looks at the newest release."""

FORMS_OF_KNOWN = {
    "      - uses: {}@{}": "      - uses: {}@{} # v1.14.2",
    "      - uses: '{}@{}'": "      - uses: '{}@{}' # v1.14.2",
    "      - uses: {}@{} # v1": "      - uses: {}@{} # v1",
    "      - uses: {}@{} #v1.11": "      - uses: {}@{} #v1.14",
    "      - uses: {}@{} # v9.9.9, a lie": "      - uses: {}@{} # v1.14.2, a lie",
    "      - uses: {}@{} # zizmor: ignore[unpinned-uses]": "      - uses: {}@{} # zizmor: ignore[unpinned-uses]",
    "      - {{uses: {}@{}}}": "      - {{uses: {}@{}}}",
    "      - {{uses: '{}@{}', with: {{a: 1}}}}": "      - {{uses: '{}@{}', with: {{a: 1}}}}",
}
"""Each way to write one that says nothing of its own, or no truth: the commit alone can decide."""


def moved(text: str, template: Pin = TEMPLATE) -> str:
    """Return a text in which each pin is settled with the template's."""
    return with_pins(text, lambda _, found: settled(found, template))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("commit", [OLD, OLD.upper(), UNKNOWN])
def test_a_release_is_read_in_each_form_and_moves_in_its_form(form: str, commit: str) -> None:
    line = form.format(PUBLISH, commit)
    assert [found.named.version for found in read_pins(line)] == [Version("1.11.0")]
    assert moved(line) == FORMS[form].format(PUBLISH, NEWEST)


@pytest.mark.parametrize("form", FORMS_OF_KNOWN)
def test_a_known_commit_decides_whatever_its_comment(form: str) -> None:
    line = form.format(PUBLISH, OLD)
    assert moved(line) == FORMS_OF_KNOWN[form].format(PUBLISH, NEWEST)
    older = Pin(PUBLISH, f"@{OLD} # v1.11.0")
    assert moved(form.format(PUBLISH, NEW), older) == form.format(PUBLISH, NEW), "never back"


@pytest.mark.parametrize("form", [form for form in FORMS_OF_KNOWN if "9.9.9" not in form])
def test_an_unknown_commit_without_a_whole_version_stays(form: str) -> None:
    line = form.format(PUBLISH, UNKNOWN)
    assert moved(line) == line
    assert not any(found.named.is_whole for found in read_pins(line))


@pytest.mark.parametrize("ref", ["v1", "v1.12", "release/v1", "main", "1", f"{UNKNOWN[:12]}", "v1 # v1.11.0"])
def test_a_tag_of_many_releases_and_a_branch_stay(ref: str) -> None:
    line = f"      - uses: {PUBLISH}@{ref}"
    assert len(read_pins(line)) == 1
    assert moved(line) == line


def test_what_the_project_has_not_changed_is_the_templates_but_never_an_older_release() -> None:
    older, newer, branch = (Pin(PUBLISH, f"@{ref}") for ref in (OLD, NEW, "main"))
    assert settled(older, newer, base=older) == newer.value
    assert settled(newer, older, base=newer) == newer.value
    assert settled(branch, newer, base=branch) == newer.value
    assert settled(branch, newer, base=older) == branch.value


def test_a_tag_of_one_release_moves() -> None:
    assert moved(f"- uses: {PUBLISH}@v1.11.0") == f"- uses: {PUBLISH}@{NEWEST} # v1.14.2"
    assert moved(f"- uses: '{PUBLISH}@v1.11.0' # mine") == f"- uses: '{PUBLISH}@{NEWEST}' # v1.14.2 mine"
    assert moved(f"- uses: {PUBLISH}@v9.9.9") == f"- uses: {PUBLISH}@v9.9.9"


def test_the_name_of_an_action_is_the_same_in_any_letters() -> None:
    assert (
        moved(f"- uses: PyPA/gh-action-pypi-publish@{OLD} # v1") == f"- uses: PyPA/gh-action-pypi-publish@{NEWEST} # v1"
    )
    one, other = (Side.of(f"- uses: {name}@{OLD}\n").lines()[0] for name in (PUBLISH, PUBLISH.upper()))
    assert one == other


@pytest.mark.parametrize("text", ["- run: echo uses of a/b@v1", "# a/b@v1", "- uses: ./a/b", "causes: a/b@v1"])
def test_what_is_no_pin_is_none(text: str) -> None:
    assert read_pins(text) == []


@pytest.mark.parametrize("key", ["  - run: |", "    script: >-", "  - 'run': |2+ # why", "    run: |\r"])
def test_what_a_script_says_is_no_pin(key: str) -> None:
    pins = "- uses: a/b@v1\n", "        - uses: a/b@v2\n\n        uses: a/b@v3\n", "    uses: a/b@v4 # |\n"
    text = f"{pins[0]}{key}\n{pins[1]}{pins[2]}      - uses: a/b@v5\n"
    assert [found.value for found in read_pins(text)] == ["@v1", "@v4 # |", "@v5"]
    assert all(text[found.start : found.end] == found.value for found in read_pins(text))


HOOKS = {
    "- repo: {0}\n  rev: v6.0.0\n": "- repo: {0}\n  rev: v6.1.0\n",
    "- repo: '{0}'\n  rev: '6.0.0'  # why\n": "- repo: '{0}'\n  rev: 'v6.1.0'  # why\n",
    "- rev: v6.0.0\n  repo: {0}\n  hooks: []\n": "- rev: v6.1.0\n  repo: {0}\n  hooks: []\n",
    "- hooks:\n  - id: a\n  repo: {0}\n  rev: v6.0.0\n": "- hooks:\n  - id: a\n  repo: {0}\n  rev: v6.1.0\n",
    '- "repo": "{0}"\r\n  # why\r\n  "rev": "v6.0.0"\r\n': '- "repo": "{0}"\r\n  # why\r\n  "rev": "v6.1.0"\r\n',
    "- {{repo: {0}, rev: v6.0.0, hooks: [{{id: a}}]}}\n": "- {{repo: {0}, rev: v6.1.0, hooks: [{{id: a}}]}}\n",
    "- repo: {0}\n  rev: {1}  # frozen: v6.0.0\n": "- repo: {0}\n  rev: v6.1.0\n",
    "-\n  # why\n  rev: v6.0.0\n  repo: {0}\n": "-\n  # why\n  rev: v6.1.0\n  repo: {0}\n",
    "- repo: &hooks {0}\n  rev: &rev v6.0.0\n": "- repo: &hooks {0}\n  rev: &rev v6.1.0\n",
    "- repo: {0}\n  # rev: v5.0.0\n  rev: v6.0.0\n": "- repo: {0}\n  # rev: v5.0.0\n  rev: v6.1.0\n",
    "- repo: {0}\n  hooks: [{{id: a, name: 'set rev: v1.2'}}]\n  rev: v6.0.0\n": (
        "- repo: {0}\n  hooks: [{{id: a, name: 'set rev: v1.2'}}]\n  rev: v6.1.0\n"
    ),
    "- repo: {0}\n  rev: '{1}'\t#frozen: v6.0.0\n": "- repo: {0}\n  rev: 'v6.1.0'\n",
}


@pytest.mark.parametrize("form", HOOKS)
def test_a_hook_is_read_in_each_form(form: str) -> None:
    address = "https://github.com/pre-commit/pre-commit-hooks"
    other = "- repo: local\n  hooks: []\n# - repo: gone\n#   rev: v5.0.0\n"
    text = other + form.format(address, UNKNOWN) + other
    assert [(found.name, found.named.version) for found in read_pins(text)] == [(address, Version("6.0.0"))]
    assert moved(text, Pin(address, "v6.1.0")) == other + HOOKS[form].format(address) + other
    assert f"{NEW}" in moved(text, Pin(address, f"{NEW} # frozen: v6.1.0"))
    assert moved(text, Pin(address, "v5.9.9")) == text


FLOORS = {
    '["x>=1.2"]': '["x>=1.5"]',
    "['x >= 1.2, <2']": "['x >= 1.5, <2']",
    '["x<2,>=1.2"]': '["x<2,>=1.5"]',
    '["x ~= 1.2"]': '["x ~= 1.5"]',
    "[\"x>=1.2; python_version < '3.12'\"]": "[\"x>=1.5; python_version < '3.12'\"]",
    '["x>=1.2,<1.4"]': '["x>=1.5"]',
    '["x>=1.6"]': '["x>=1.6"]',
    f'["x>={"9" * 5000}"]': f'["x>={"9" * 5000}"]',
    '["x==1.2", "x", "x<2"]': '["x==1.2", "x", "x<2"]',
}


@pytest.mark.parametrize("form", FLOORS)
def test_a_floor_is_read_in_each_form(form: str) -> None:
    assert moved(form, Pin("x", ">=1.5")) == FLOORS[form]


def test_a_pin_finds_itself_where_lines_came_and_went() -> None:
    before = "- uses: a/b@v1\n- run: one\n- uses: a/b@v2\n- run: two\n- uses: a/b@v3\n"
    after = "- run: none\n- uses: a/b@v9\n- run: zero\n- uses: a/b@v1\n- run: one\n- name: Three\n  uses: a/b@v3\n"
    one, other = Side.of(after), Side.of(before)
    found = {one.pins[mine].value: other.pins[theirs].value for mine, theirs in partners(one, other).items()}
    assert found["@v1"] == "@v1"
    assert found["@v3"] in {"@v2", "@v3"}
    assert "@v9" not in found


def test_between_lines_that_differ_a_pin_that_says_the_same_is_the_same() -> None:
    before = "- name: Mine\n- uses: a/b@main # mine\n- run: mine\n"
    after = "- name: New\n- uses: a/b@v9\n- name: Mine\n  with: {}\n  uses: a/b@main # mine\n"
    one, other = Side.of(after), Side.of(before)
    assert {one.pins[mine].value for mine in partners(one, other)} == {"@main # mine"}


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (Pin("Actions/Checkout", "@v7"), Pin("actions/checkout", "@v6"), True),
        (Pin("https://github.com/A/b.git", "v1.0"), Pin("https://github.com/a/b/", "v2.0"), True),
        (Pin("Setuptools_SCM [toml]", ">=8"), Pin("setuptools-scm[toml]", ">=9"), True),
        (Pin("setuptools-scm", ">=8"), Pin("setuptools-scm[toml]", ">=9"), False),
        (Pin("a/b", "@v1"), Pin("a/b/c", "@v1"), False),
    ],
)
def test_a_name_is_the_same_however_it_is_written(one: Pin, other: Pin, is_same: bool) -> None:
    assert (one.key == other.key) is is_same


# ─── The history ───


def lines() -> list[str]:
    return RELEASES.read_text(encoding="utf-8").splitlines()


def test_each_line_of_the_history_is_a_release_at_its_commit() -> None:
    assert [line for line in lines() if not re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []
    assert lines() == sorted(lines(), key=lambda line: (line.split("@")[0], Version(line.split()[-1])))
    releases_of = [(repository(one.name), one.named.version) for one in map(release_of, lines())]
    commits = [one.named.commit for one in map(release_of, lines())]
    assert [name for name, count in Counter(releases_of).items() if count > 1] == []
    assert [commit for commit, count in Counter(commits).items() if count > 1] == []


def test_the_history_has_every_pin_of_the_table() -> None:
    assert missing() == [], "python -m tools.write_releases adds these to src/pyrelease/pins/releases.txt"


def test_a_pin_that_a_bot_moves_is_missed_until_it_is_in_the_history() -> None:
    text = TABLE.read_text(encoding="utf-8").replace(pin(PUBLISH), f"{PUBLISH}@{UNKNOWN} # v98.0.0")
    assert missing(text) == [f"{PUBLISH}@{UNKNOWN} # v98.0.0"]


def test_every_commit_of_the_history_is_known() -> None:
    for line in [*lines(), *table().values()]:
        found = release_of(line)
        assert releases()[repository(found.name), found.named.commit] == Version(line.split()[-1])
