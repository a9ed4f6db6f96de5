"""Git: whether what is looked at is what GitHub will run."""

from __future__ import annotations

from ..findings import ERROR, INFORMATION, WARNING, Check, Example

NO_REMOTE = Check(
    "PR801",
    INFORMATION,
    "The project is not on GitHub yet",
    meaning="The folder is in no git repository, or no remote of it is on GitHub.",
    why="What is pushed where is not known yet.",
    mend="Run `pyrelease setup`.",
    source="https://docs.github.com/en/get-started/git-basics/about-remote-repositories",
    example=Example("git", "remote --verbose", "remote remove origin"),
)
CONFLICT = Check(
    "PR802",
    ERROR,
    "A merge has left its conflict markers",
    meaning="A file that the template wrote has lines that begin with `<<<<<<<` and `>>>>>>>`.",
    why="Both sides are in the file, so it says neither; most files do not work then.",
    mend="Keep one side, delete the markers, and commit.",
    source="https://git-scm.com/docs/git-merge#_how_conflicts_are_presented",
    example=Example(
        "README.md",
        "# demo-package\n",
        "# demo-package\n<<<<<<< before updating\nmine\n=======\ntheirs\n>>>>>>> after updating\n",
    ),
)
UNCOMMITTED = Check(
    "PR803",
    WARNING,
    "A file of the template is not committed",
    meaning="The file differs from the last commit, or is not in it.",
    why="GitHub runs the commit that is pushed, and the doctor looked at the folder.",
    mend="Commit it.",
    source="https://git-scm.com/docs/git-commit",
    example=Example("RELEASING.md", "# ", "#  "),
)
UNPUSHED = Check(
    "PR804",
    WARNING,
    "A file of the template is committed, and not pushed",
    meaning="The file differs from this branch on GitHub, as git last fetched it.",
    why="GitHub runs the commit that is pushed, and the doctor looked at the folder.",
    mend="Push the branch.",
    source="https://git-scm.com/docs/git-push",
    example=Example(
        "git",
        "update-ref refs/remotes/origin/main HEAD",
        "update-ref refs/remotes/origin/main HEAD\nrm --quiet CHANGELOG.md\ncommit --quiet -m Later",
    ),
)
