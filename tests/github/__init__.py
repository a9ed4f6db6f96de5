"""A stand-in for GitHub, as far as `gh` and git are used; `tests.github.stand_in` is where to begin.

One more request: add it to `KEPT` in `tools/write_github_paths.py`, write `paths.json` anew, and name what answers it in `ANSWERS` of
the module that it is about.
"""
