"""What was asked for on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..changes import Wishes
from ..plan.publishers import Publisher


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    dry_run: bool = False
    watches: bool = True
    opens_browser: bool = False
    wishes: Wishes = field(default_factory=Wishes)
    sites: Mapping[str, str] = field(default_factory=dict)
    """Other addresses of indexes, by name."""

    def site(self, publisher: Publisher) -> str:
        """Return the address of a publisher's index."""
        return self.sites.get(publisher.index.name, publisher.index.site)
