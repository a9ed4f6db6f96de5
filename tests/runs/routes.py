"""The routes that tests run under act, by name: each value of each answer that is a route is in one of them."""

from __future__ import annotations

Route = dict[str, str | bool]

PYPISERVER: Route = {
    "build_backend": "setuptools",
    "push_index": "pypiserver",
    "github_release": True,
    "submodules": True,
    "provenance": True,
    "pypi_status": "existing",
    "update_notices": False,
}

COMPILED: Route = {
    "binary": True,
    "push_trigger": "default-branch",
    "testpypi_status": "existing",
    "testpypi_first": True,
}

OWN_INDEX: Route = {
    "index_route": "token",
    "index_url": "https://devpi.example.org/octo/prod/",
    "push_index": "none",
}

TOKEN: Route = {"index_route": "token", "push_trigger": "tags"}

DEFAULT: Route = {}

ROUTES = {
    "default": DEFAULT,
    "pypiserver": PYPISERVER,
    "compiled": COMPILED,
    "own index": OWN_INDEX,
    "token": TOKEN,
}
