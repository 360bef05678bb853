"""Templates are compiled once, beside their source; where that cannot be written, each time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from equipoise.reporting.writers.compiled import kept_beside


def said(templates: Path, **given: str) -> str:
    """A page, as a process of its own would make it."""
    cache = kept_beside(templates)
    found = Environment(loader=FileSystemLoader(templates), bytecode_cache=cache, autoescape=True)
    return found.get_template("page.html").render(given)


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "page.html").write_text("<p>{{ name }}</p>", "utf-8")
    return tmp_path


def kept(templates: Path) -> list[Path]:
    return sorted((templates / "__pycache__").glob("*.template"))


def test_a_page_is_the_same_from_what_is_kept(
    templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(templates, name="a & b") == "<p>a &amp; b</p>"
    assert len(kept(templates)) == 1

    def refuse(*given: object, **named: object) -> str:
        raise AssertionError("compiled again")

    monkeypatch.setattr(Environment, "_generate", refuse)
    assert said(templates, name="c") == "<p>c</p>"
    (templates / "page.html").write_text("<b>{{ name }}</b>", "utf-8")
    with pytest.raises(AssertionError, match="compiled again"):
        said(templates, name="c")


def test_another_text_is_another_page(templates: Path) -> None:
    said(templates, name="c")
    (templates / "page.html").write_text("<b>{{ name }}</b>", "utf-8")
    assert said(templates, name="c") == "<b>c</b>"


def test_a_folder_that_cannot_be_written_is_gone_without(templates: Path) -> None:
    (templates / "__pycache__").write_text("in the way", "utf-8")
    assert said(templates, name="c") == "<p>c</p>"


def test_what_is_torn_is_made_again(templates: Path) -> None:
    said(templates, name="c")
    (file,) = kept(templates)
    file.write_bytes(file.read_bytes()[:-8])
    assert said(templates, name="c") == "<p>c</p>"


def test_nothing_is_kept_where_python_keeps_nothing(
    templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    said(templates, name="c")
    assert kept(templates) == []
