"""A backup alone is enough: an empty place becomes the trial again, with its own kind of list."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from equipoise.errors import InputError
from equipoise.workspace.conduct import ConductFolder
from equipoise.workspace.keys import make_key
from equipoise.workspace.sealed.restored import restored
from support.cluster import SERVICE
from support.conducted import SMALL
from support.stores import running

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


def test_the_folder_names_the_role_of_the_service_and_no_password(tmp_path):
    server, folder, key = running(), tmp_path / "trial", tmp_path / "key"
    folder.mkdir()
    (folder / "protocol.yaml").write_text(TEXT)
    first, second = (
        server.url(server.database()).replace("owner@", "owner:secret@") for _ in range(2)
    )
    made = ConductFolder.init(folder, owner="adam", database=first, role=SERVICE)
    made.backup(tmp_path / "file", key=key)
    again = restored(tmp_path / "file", tmp_path / "else", key=key, database=second, role=SERVICE)
    for one in (made, again):
        assert one.settings["database"].startswith(f"postgresql://{SERVICE}@")
        store = one.store()
        with pytest.raises(ProgrammingError, match="permission denied"), store.engine.begin() as on:
            on.execute(text("DELETE FROM audit"))
        store.engine.dispose()
    assert again.audited() == made.audited()


def test_a_role_that_is_not_there_is_told_before_anything_is_made(tmp_path):
    server = running()
    url = server.url(server.database())
    (tmp_path / "protocol.yaml").write_text(TEXT)
    with pytest.raises(InputError, match="the server has no role nosuch; nothing was made"):
        ConductFolder.init(tmp_path, owner="adam", database=url, role="nosuch")
    ConductFolder.init(tmp_path, owner="adam", database=url, role=SERVICE)


def test_a_file_has_no_role(tmp_path):
    (tmp_path / "protocol.yaml").write_text(TEXT)
    with pytest.raises(InputError, match="a file of SQLite has no user service"):
        ConductFolder.init(tmp_path, owner="adam", role=SERVICE)
    assert not (tmp_path / "conduct").exists()


def test_settings_that_cannot_be_read_are_told_with_what_is_expected(kept):
    made = kept[0]
    (made.folder / "store.json").write_text("{")
    with pytest.raises(InputError, match=r'store\.json: cannot be read; expected such as {"data'):
        made.audited()
