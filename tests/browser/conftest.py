"""A served trial and a browser; what is not on this machine is a skip that says why."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.conducted import plain_netter
from support.pages import Everything
from support.serving import serving

ROOT = Path(__file__).parents[2]
AXE = ROOT / "build" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def axe():
    if not AXE.is_file():
        pytest.skip("skipped: axe-core is not here; `make pages` fetches it")
    return AXE.read_text("utf-8")


@pytest.fixture(scope="session")
def chromium():
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("skipped: there is no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def everything(tmp_path_factory):
    """A trial with something on every page."""
    found = Everything(tmp_path_factory.mktemp("browser"), plain_netter())
    yield found
    found.trial.store.engine.dispose()


@pytest.fixture(scope="session")
def address(everything):
    with serving(everything.site.app) as where:
        yield where
