"""A backup alone is enough: an empty place becomes the trial again, with its own kind of list."""

from __future__ import annotations

import json

import pytest

from equipoise.errors import InputError
from equipoise.workspace.conduct import ConductFolder
from equipoise.workspace.keys import make_key
from equipoise.workspace.sealed.restored import restored
from support.conducted import SMALL

TEXT = (
    SMALL.replace("SUBJECTS", "20").replace("METHOD", "blocks: 4").replace("MASKING", "open label")
)


@pytest.fixture
def kept(tmp_path):
    """A trial whose list is for production, its backup, and the key of backups."""
    folder, list_key, key = tmp_path / "trial", tmp_path / "list", tmp_path / "key"
    folder.mkdir()
    (folder / "protocol.yaml").write_text(TEXT)
    make_key([list_key], trial=folder)
    made = ConductFolder.init(folder, owner="adam", kind="production")
    made.backup(tmp_path / "file", key=key)
    return made, tmp_path / "file", key


def test_a_backup_alone_makes_the_trial_again_with_its_own_kind_of_list(kept, tmp_path):
    made, file, key = kept
    back = restored(file, tmp_path / "else" / "where", key=key)
    assert (back.trial / "protocol.yaml").read_text() == TEXT
    assert back.settings == made.settings == {"database": "", "list": "production"}
    assert back.audited() == made.audited()


def test_a_protocol_that_stands_there_is_left_as_it_is(kept, tmp_path):
    _, file, key = kept
    place = tmp_path / "there"
    place.mkdir()
    (place / "protocol.yaml").write_text("# mine\n" + TEXT)
    restored(file, place, key=key)
    assert (place / "protocol.yaml").read_text() == "# mine\n" + TEXT


def test_another_kind_of_list_than_was_asked_for_is_refused(kept, tmp_path):
    _, file, key = kept
    with pytest.raises(InputError, match="is of a production list; expected a test list"):
        restored(file, tmp_path / "there", key=key, kind="test")
    assert json.loads((kept[0].folder / "store.json").read_text())["list"] == "production"
    assert not (tmp_path / "there" / "conduct" / "conduct.sqlite").exists()


def test_a_backup_that_is_not_there_leaves_no_folder(kept, tmp_path):
    with pytest.raises(InputError, match="nothing: there is no such backup"):
        restored(tmp_path / "nothing", tmp_path / "there", key=kept[2])
    assert not (tmp_path / "there").exists()


def test_settings_that_cannot_be_read_are_told_with_what_is_expected(kept):
    made = kept[0]
    (made.folder / "store.json").write_text("{")
    with pytest.raises(InputError, match=r'store\.json: cannot be read; expected such as {"data'):
        made.audited()
