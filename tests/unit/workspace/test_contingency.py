"""A site's sealed page: one code opens one envelope, in this program and in a browser alike."""

import base64
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from equipoise import open_envelope, seal_list
from equipoise.allocation.secret import scratch_code
from equipoise.errors import InputError
from equipoise.workspace.conduct import ConductFolder
from support.conducted import KEY, SMALL, lists

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture
def folder(tmp_path):
    """A trial whose list serves, with one site."""
    trial = tmp_path / "trial"
    trial.mkdir()
    text = SMALL.replace("SUBJECTS", "40").replace("METHOD", "blocks: 4")
    (trial / "protocol.yaml").write_text(text.replace("MASKING", "open label"))
    key = tmp_path / "key"
    key.write_text(KEY.hex() + "\n")
    key.chmod(0o600)
    ConductFolder.init(trial, owner="adam")
    found = ConductFolder(trial, (key,))
    for number, (name, by, given) in enumerate(WALK):
        found.send(name, given, by=by, request=str(number))
    return found


WALK = [
    ("open site", "adam", {"site": "A"}),
    ("approve version", "adam", {"site": "A", "version": "1", "approved_on": "2026-01-01"}),
    ("set site", "adam", {"site": "A", "to": "active"}),
    ("open account", "adam", {"account": "uma", "person": "Uma"}),
    ("open account", "adam", {"account": "ulf", "person": "Ulf"}),
    ("grant", "adam", {"account": "uma", "role": "unblinded statistician"}),
    ("grant", "adam", {"account": "ulf", "role": "unblinded statistician"}),
    ("review list", "ulf", {}),
    ("activate list", "uma", {"reviewed_by": "ulf"}),
]


def sealed(folder, out, slots=2):
    made = seal_list(folder, site="A", out=out / "sealed.html", codes=out / "codes",
                     by="uma", request="r", slots=slots)  # fmt: skip
    lines = made.codes.read_text().splitlines()[1:]
    return made, dict(line.split("\t") for line in lines)


def expected(folder, batch):
    """Number -> arm, from the list itself."""
    secret = lists(folder.bus().protocol, "test").secret
    with folder.store().reading() as unit:
        rows = unit.rows("envelope", batch=batch)
    found = {}
    for row in rows:
        stratum = tuple(json.loads(row["stratum"]))
        found[row["number"]] = (list(stratum), secret.entries(stratum, row["slot"])[-1])
    return found


def test_each_code_opens_its_envelope_and_no_other(folder, tmp_path):
    made, codes = sealed(folder, tmp_path)
    arms = expected(folder, made.batch)
    assert made.envelopes == len(codes) == len(arms) == 8
    assert {arm for _, arm in arms.values()} == {"a", "b"}
    for number, (stratum, arm) in arms.items():
        held = open_envelope(made.page, number, codes[str(number)].lower().replace("-", " "))
        assert (held["stratum"], held["arm"]) == (stratum, arm)
    with pytest.raises(InputError, match="the code does not open the envelope 1"):
        open_envelope(made.page, 1, codes["2"])
    with pytest.raises(InputError, match="has no envelope 9; expected 1 to 8"):
        open_envelope(made.page, 9, codes["1"])
    assert codes["1"] == scratch_code(folder.bus().lists.secret.key, batch=made.batch, number=1)


def test_the_page_tells_no_arm_by_itself(folder, tmp_path):
    made, codes = sealed(folder, tmp_path)
    text = made.page.read_text()
    body = json.loads(text.split('id="envelopes">')[1].split("</script>")[0])
    assert len({len(base64.b64decode(one["sealed"])) for one in body["envelopes"]}) == 1
    assert set(body["envelopes"][0]) == {"number", "stratum", "sealed"}
    assert not any(code in text for code in codes.values())
    assert made.codes.stat().st_mode & 0o077 == 0


def test_swapped_envelopes_do_not_open(folder, tmp_path):
    made, codes = sealed(folder, tmp_path)
    text = made.page.read_text()
    body = text.split('id="envelopes">')[1].split("</script>")[0]
    said = json.loads(body)
    one, two = said["envelopes"][:2]
    one["sealed"], two["sealed"] = two["sealed"], one["sealed"]
    made.page.write_text(text.replace(body, json.dumps(said)))
    for number in (1, 2):
        for code in (codes["1"], codes["2"]):
            with pytest.raises(InputError, match="does not open"):
                open_envelope(made.page, number, code)


def test_nothing_is_set_aside_where_the_files_cannot_be_written(folder, tmp_path):
    (tmp_path / "codes").write_text("")
    with pytest.raises(InputError, match="codes: is there already"):
        sealed(folder, tmp_path)
    with pytest.raises(InputError, match="or its folder is not"):
        sealed(folder, tmp_path / "nowhere")
    with folder.store().reading() as unit:
        assert unit.rows("envelope") == []
    with pytest.raises(InputError, match="is no sealed list"):
        open_envelope(tmp_path / "codes", 1, "")


@pytest.mark.skipif(CHROMIUM is None, reason="skipped: no browser is installed")
def test_a_browser_opens_it_from_a_file(folder, tmp_path):
    from playwright.sync_api import sync_playwright

    made, codes = sealed(folder, tmp_path)
    arms = expected(folder, made.batch)

    def opened():
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page()
            page.goto(Path(made.page).as_uri())
            tries = (codes["2"], "This code does not open it."), (codes["1"], arms[1][1])
            for code, said in tries:
                page.get_by_label("Code of envelope 1", exact=True).fill(code)
                page.get_by_label("Open envelope 1", exact=True).click()
                page.locator("tbody tr:first-child td:last-child", has_text=said).wait_for()
            browser.close()

    # Another test of the same process may hold a browser: its loop is that of its thread.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(opened).result()
