"""Two ways to write one thing in a workflow are the same, and what GitHub tells apart is not."""

from __future__ import annotations

import pytest

from tools.guide.contract import compare
from tools.guide.meaning import is_same


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("needs", ["a", "b"], ["b", "a"]),
        ("needs", "a", ["a"]),
        ("runs-on", "ubuntu-latest", ["ubuntu-latest"]),
        ("push", {"branches": "main"}, {"branches": ["main"]}),
        ("concurrency", "one", {"group": "one"}),
        ("env", {"A": 1, "B": True}, {"A": "1", "B": "true"}),
        ("env", {"A": "${{ github.ref }}"}, {"A": "${{github.REF}}"}),
        ("outputs", {}, None),
        ("if", "${{ always() }}", "always()"),
        ("if", "a == 'it''s  b'", "${{ A=='it''s  b' }}"),
        ("run", "a  b\n", "a b"),
        ("run", "a \\\n  b", "a b"),
        ("run", "echo ${{ x }}", "echo ${{x}}"),
        ("url", "https://example.org/\n", "https://example.org/"),
        ("uses", "Actions/Checkout@v6", "actions/checkout@v6"),
    ],
)
def test_two_ways_to_write_one_thing_are_the_same(key: str, one: object, other: object) -> None:
    assert is_same(one, other, key)


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("branches", ["a", "!b"], ["!b", "a"]),
        ("permissions", {}, None),
        ("env", {"A": 3.10}, {"A": "3.10"}),
        ("env", {"A": "x"}, {"A": "X"}),
        ("if", "${{ a }} && ${{ b }}", "a }} && ${{ b"),
        ("if", "a == 'b c'", "a == 'bc'"),
        ("if", "a == 'B'", "a == 'b'"),
        ("run", "a\nb", "a b"),
        ("uses", "a/b@Main", "a/b@main"),
        ("uses", "a/b/Path@v1", "a/b/path@v1"),
        ("uses", "./a/B", "./a/b"),
        ("run", "echo 'a  b'", "echo 'a b'"),
        ("run", "if x:\n  y\nz", "if x:\n  y\n  z"),
    ],
)
def test_what_github_tells_apart_is_not_the_same(key: str, one: object, other: object) -> None:
    assert not is_same(one, other, key)


@pytest.mark.parametrize("name", ["if", "needs", "concurrency"])
def test_an_input_is_no_key_of_githubs(name: str) -> None:
    def workflow(value: str) -> dict[str, object]:
        step = {"uses": "octo-org/action@v1", "with": {name: value}}
        return {"on": {"push": {}}, "jobs": {"build": {"steps": [step], "with": {name: value}}}}

    assert compare(workflow("A"), workflow("A")) == []
    paths = [difference.where for difference in compare(workflow("A"), workflow("a"))]
    assert paths == ["jobs.build.with", f"jobs.build.steps.octo-org/action.with.{name}"]
