"""The one table of the questions: what each takes, what it refuses, and in which package it can have more than one answer.

The tests of the rules, the sets of answers, the random answers, the other defaults and the words that are injected into
workflows are made from it. What `copier.yml` says is not said again: choices are its own, yes and no go without saying.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.runs.routes import OWN_INDEX

NEW, EXISTING = ("new",), ("existing",)


@dataclass(frozen=True)
class Beside:
    """Values that a question takes and refuses beside some other answers."""

    answers: Mapping[str, Any]
    good: Sequence[Any] = ()
    bad: Sequence[Any] = ()


@dataclass(frozen=True)
class Question:
    """What is tried of one question.

    The first two good values meet those of all other questions. `packages` are those in which an answer other than the
    usual one is allowed and is for something.
    """

    good: Sequence[Any] = ()
    bad: Sequence[Any] = ()
    beside: Sequence[Beside] = ()
    packages: tuple[str, ...] = NEW + EXISTING

    @property
    def tried(self) -> Iterator[Beside]:
        """Every value, and beside which answers it is good or bad."""
        yield Beside({}, self.good, self.bad)
        yield from self.beside


QUESTIONS = {
    "package": Question(bad=["everything"]),
    "package_folder": Question(
        good=["", "packages/one", "One", "a_b/c-d/e.f2", "x" * 100],
        bad=[
            *("/one", "one/", "..", "../one", "a//b", "./one", ".git/one", "a/.b", "-one", "one.", "a..b", "a b", "é"),
            *("a\\b", "C:/one", "one\n", "x" * 101, "packages/con", "nul.x/one", "a/b.lock", "a/*", "$(id)"),
        ],
    ),
    "project_name": Question(
        good=["demo", "Demo.Pkg_2", "a", "demo-pkg", "2ndbest", "x" * 200],
        bad=[
            *("de mo", "", " ", "-demo", "demo-", "démo", "demo!", "demo\n", "x" * 201),
            *("json", "TyPing", "distutils", "unittest.mock", "xml."),
        ],
    ),
    "project_description": Question(
        packages=NEW,
        good=[
            *('Reads "CSV": 100% of C:\\temp\\new # fast', "Ünïcode, emoji 👩\u200d🚀 and “quotes”"),
            *("a\u00a0b", "x" * 512),
        ],
        bad=[
            *("", "two\nlines", "x" * 513, " x", "x ", "tab\there", "bell\x07"),
            *("\x7f", "\x85", "\u2028", "\ud800", "\ufffe", "\ufeff", "\u202eabc"),
        ],
    ),
    "github_owner": Question(
        good=[
            *(
                "octo-org",
                "Octo-Org2",
                "a",
                "0x1",
                "a" * 39,
                "@octo-org",
                "octo-org/demo",
                "octo-org/demo.git",
                "octo/",
            ),
            *("https://github.com/octo-org", "github.com/octo-org/", "https://www.github.com/octo-org/demo.git/"),
            "git@github.com:octo-org/demo.git",
        ],
        bad=[
            *("octo_org", "", "-octo", "octo org", "öcto", "a" * 40, "octo\n", "ada@example.org", "@", "a/b/c"),
            *("https://gitlab.com/octo-org", "https://github.com/", f"@{'a' * 40}"),
        ],
    ),
    "author_name": Question(
        packages=NEW,
        good=["Ada", 'Renée "Ada" O\'Brien', "Ada  King", "李", "فارسی\u200cزبان"],
        bad=[" Ada", "", "  ", "Ada\n", "Ada, Grace", "A\u2066da", "Ada <ada@example.org>", "ada@example.org"],
    ),
    "license": Question(packages=NEW, bad=["BSD"]),
    "existing_workflow": Question(packages=EXISTING, bad=["burn"]),
    "customize": Question(good=["true", "No", "0", "1", "on", " yes "], bad=["nope", "", "maybe", "[1]", "2", "none"]),
    "github_repository": Question(
        good=["demo", "Demo.py", "_x", "-x", "a" * 100],
        bad=[
            *("octo/demo", "", "https://github.com/octo/demo", "demo.git", "demo.wiki", ".", ".."),
            *("dé", "a" * 101, "demo\n"),
        ],
    ),
    "author_email": Question(
        packages=NEW,
        good=["", "ada@example.org", "ada.king+list@mail.example.org", "o'brien+x!#$%&*@mail.example.org"],
        bad=[
            *("ada@", "ada", "@example.org", "ada@example", "a da@example.org", "ada@example..org"),
            *("<ada@example.org>", "ada@example.org\n"),
        ],
    ),
    "import_name": Question(
        packages=NEW,
        good=["demo", "_demo", "demo_2", "python_demo", "x" * 200],
        bad=[
            *("__pycache__", "__init__", "____", "con", "nul", "aux", "prn", "com1", "lpt0", "y" * 252),
            *("class", "", "2demo", "de-mo", "Demo", "tests", "match", "json", "démo", "demo\n", "x" * 201),
        ],
    ),
    "python_min": Question(packages=NEW, bad=["2.7"]),
    "binary": Question(bad=["nope"]),
    "build_backend": Question(packages=NEW, bad=["make"]),
    "version_source": Question(packages=EXISTING, bad=["none"]),
    "test_group": Question(
        packages=EXISTING, good=["", "tests", "Dev_2.x"], bad=["$(id)", "-test", "test group", "a]"]
    ),
    "test_extra": Question(packages=EXISTING, good=["", "test", "Dev_2.x"], bad=["a]", "-test", "test group", "$(id)"]),
    "default_branch": Question(
        good=["main", "trunk", "release/next", "v2.x-branch", "a"],
        bad=["a..b", "", "-x", "a b", "a/", "/a", "a//b", "a.lock", "a/.b", "a*", "a\n", "x.lock/y"],
    ),
    "tag_prefix": Question(
        good=["", "demo/v", "v", "release-", "v_", "demo@"],
        bad=["v1", "1", "v.", "v ", "-", "v*", "[v]", "a..b", "a//", "v\n"],
    ),
    "index_route": Question(bad=["carrier pigeon"]),
    "index_url": Question(
        good=[""],
        beside=[
            Beside(
                {"index_route": "token"},
                good=[
                    *("", OWN_INDEX["index_url"], "https://example.org", "https://notpypi.org/"),
                    "https://index.example.org:8443/a-b/c_d/~e",
                ],
                bad=[
                    *("ftp://example.org", "devpi", "http://devpi.example.org/", "https://"),
                    *("https://user:secret@devpi.example.org/", "https://devpi.example.org/?x=1"),
                    *("https://devpi.example.org/a b", "https://devpi.example.org/#a", "https://devpi.example.org/\n"),
                    "https://devpi.example.org/${{ github.token }}",
                    *("https://upload.pypi.org/legacy/", "https://test.pypi.org/legacy/", "https://PyPI.org"),
                ],
            ),
            Beside({"index_route": "trusted"}, bad=[OWN_INDEX["index_url"]]),
        ],
    ),
    "push_index": Question(
        bad=["npm"],
        beside=[
            Beside(
                {"index_route": "token", "index_url": OWN_INDEX["index_url"]},
                good=["pypiserver", "none"],
                bad=["testpypi"],
            )
        ],
    ),
    "push_trigger": Question(
        bad=["never"],
        beside=[
            Beside({"package": "existing", "version_source": "setuptools-scm"}, good=["every-push"]),
            *(
                Beside(
                    {"package": "existing", "version_source": version_source},
                    good=["tags"],
                    bad=["every-push", "default-branch"],
                )
                for version_source in ("static", "other-vcs")
            ),
        ],
    ),
    "pypi_status": Question(bad=["maybe"]),
    "testpypi_status": Question(bad=["maybe"]),
    "pypi_organization": Question(
        good=["", "octo", "Octo-Org_2.x"], bad=["octo/org", "-octo", "octo org", "octo\n", "öcto"]
    ),
    "testpypi_organization": Question(good=["", "octo-test"], bad=["octo/org"]),
    "pypi_environment": Question(
        beside=[Beside({"package": "existing", "existing_workflow": "keep"}, good=[""], bad=["a,b"])],
        good=["pypi", "Release to PyPI", "prod/pypi", "a" * 255],
        bad=[
            *("a,b", "", " pypi", "pypi ", "py'pi", 'py"pi', "py`pi", "a;b", "a|b", "${{ github.actor }}", "a\\b"),
            *("a\nb", "a" * 256),
        ],
    ),
    "testpypi_environment": Question(
        good=["testpypi", "rehearsal", "a" * 255],
        bad=["pypi", "PyPI", "", "a,b", "a" * 256],
        beside=[Beside({"package": "existing", "existing_workflow": "keep"}, good=["pypi", ""], bad=["a,b"])],
    ),
    "workflow_filename": Question(
        good=[
            "publish-to-test-pypi.yml",
            "release.yaml",
            "publish.yml",
            "Release.YAML.yaml",
            "_a.yml",
            "x" * 251 + ".yml",
        ],
        bad=[
            *("a/b.yml", "", "publish", "publish.json", ".github/workflows/publish.yml", "a b.yml", ".yml"),
            *("ci.yml", "CI.yaml", "publish.yml\n", "x" * 252 + ".yml", "y" * 300 + ".yml"),
            *("update-notices.yml", "Update-Notices.yaml", "con.yml", "NUL.x.yml", "lpt9.yaml"),
        ],
        beside=[
            Beside(
                {"package": "existing", "existing_workflow": "keep"},
                good=["ci.yml", "Publish to PyPI.yml", "é.yaml"],
                bad=[
                    "a/b.yml",
                    "a",
                    "a'b.yml",
                    "$x.yml",
                    "a|b.yml",
                    "a`.yml",
                    "a\n.yml",
                    "\u202e.yml",
                    "é" * 126 + ".yml",
                ],
            )
        ],
    ),
    "reviewers": Question(
        good=["", "ada, grace", "ada", "ada,grace", "octo_corp", "team:octo-org/release", "ada, team:octo-org/re_2"],
        bad=[
            "-ada",
            "team:release",
            "team:octo-org/",
            "octo-org/release",
            "ada grace",
            "ada,,grace",
            "a,b,c,d,e,f,g",
            "ada,\ngrace",
            "ada\x1f",
        ],
    ),
    "testpypi_first": Question(bad=["nope"], beside=[Beside({"push_index": "none"}, good=[False], bad=[True])]),
    "github_release": Question(bad=["nope"]),
    "submodules": Question(bad=["nope"]),
    "provenance": Question(bad=["nope"]),
    "update_notices": Question(bad=["nope"]),
    "releasing_file": Question(packages=EXISTING, bad=["src/evil.py"]),
    "kept_files": Question(packages=EXISTING, bad=["['src']"]),
    "bot": Question(
        bad=["robocop"],
        beside=[
            Beside(
                {"package": "existing", "kept_files": [".github/dependabot.yml"]},
                good=["dependabot", "none"],
                bad=["renovate"],
            )
        ],
    ),
    "created_on": Question(
        good=["2026-11-22", "2031-02-03"],
        bad=["today", "", "2026-13-01", "20260831", "2026-W36-1", "9999-12-31", "0001-01-01"],
    ),
    "copyright_year": Question(packages=NEW, good=[2026, 1900, 9999], bad=[26, 10000]),
}
