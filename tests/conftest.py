"""What several rooms of tests share: the built site."""

from __future__ import annotations

from pathlib import Path

import pytest

from atelier.paths import SITE
from atelier.site import build as site


@pytest.fixture(scope="session")
def built_site() -> Path:
    """The folder of the site, built by the same step as `make site` (at once when it is fresh)."""
    problems = site.build()
    assert not problems, "\n".join(map(str, problems))
    return SITE
