"""Displays as DOCX, written as the few parts of Office Open XML that a table needs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from equipoise.reporting.model import Display, Line, plain
from equipoise.reporting.writers.page import Stamp, leads, spans, title_lines, widths

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LONG, _SHORT, _MARGIN = 15840, 12240, 1080  # twips: letter
LANDSCAPE, PORTRAIT = _LONG - 2 * _MARGIN, _SHORT - 2 * _MARGIN  # between the margins
_THEN = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is written

_TYPES = (
    f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_OFFICE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_OFFICE}.styles+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_OFFICE}.header+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_OFFICE}.footer+xml"/></Types>'
)
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_ROOT = (
    f'{_XML}<Relationships xmlns="{_RELS}"><Relationship Id="rId1" '
    f'Type="{_REL}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_PARTS = (
    f'{_XML}<Relationships xmlns="{_RELS}">'
    f'<Relationship Id="rId1" Type="{_REL}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_REL}/header" Target="header1.xml"/>'
    f'<Relationship Id="rId3" Type="{_REL}/footer" Target="footer1.xml"/></Relationships>'
)
_STYLES = (
    f"{_XML}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
    '<w:sz w:val="18"/><w:lang w:val="en-US"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>'
    '<w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:jc w:val="center"/>'
    '<w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Body"><w:name w:val="Body Text"/>'
    '<w:basedOn w:val="Normal"/><w:pPr><w:spacing w:before="60" w:after="80"/></w:pPr></w:style>'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="{before}" '
        f'w:after="80"/><w:outlineLvl w:val="{level}"/></w:pPr>'
        f'<w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>'
        for key, name, before, level, size in (
            ("Title", "Title", 0, 0, 30),
            ("Heading2", "heading 2", 320, 1, 24),
            ("Heading3", "heading 3", 200, 2, 20),
        )
    )
    + "</w:styles>"
)


def docx(displays: Sequence[Display], stamp: Stamp) -> bytes:
    """One document, a bookmarked heading for each display; the same displays, the same bytes."""
    body = "".join(docx_display(display, i) for i, display in enumerate(displays))
    return docx_file(body, stamp.head, f"Equipoise: {stamp.digests}")


def docx_file(body: str, head: str, foot: str, *, total: int = LANDSCAPE) -> bytes:
    """A file from the XML of its body, with a running head and foot.

    total : twips between the margins, LANDSCAPE or PORTRAIT
    """
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT,
        "word/_rels/document.xml.rels": _PARTS,
        "word/styles.xml": _STYLES,
        "word/header1.xml": f"{_XML}<w:hdr {_W}>{_head(head, total)}</w:hdr>",
        "word/footer1.xml": f"{_XML}<w:ftr {_W}>{docx_text(foot)}</w:ftr>",
        "word/document.xml": _document(body, total),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, _THEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, text.encode())
    return made.getvalue()


def _head(text: str, total: int) -> str:
    def field(name: str) -> str:
        return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'

    tab = f'<w:pPr><w:tabs><w:tab w:val="right" w:pos="{total}"/></w:tabs></w:pPr>'
    page = f"{docx_run('Page ')}{field('PAGE')}{docx_run(' of ')}{field('NUMPAGES')}"
    return f"<w:p>{tab}{docx_run(text)}<w:r><w:tab/></w:r>{page}</w:p>"


def _document(body: str, total: int) -> str:
    wide = total == LANDSCAPE
    width, height = (_LONG, _SHORT) if wide else (_SHORT, _LONG)
    turned = ' w:orient="landscape"' if wide else ""
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/>'
        '<w:footerReference w:type="default" r:id="rId3"/>'
        f'<w:pgSz w:w="{width}" w:h="{height}"{turned}/>'
        f'<w:pgMar w:top="1440" w:right="{_MARGIN}" w:bottom="{_MARGIN}" w:left="{_MARGIN}" '
        'w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )
    return f"{_XML}<w:document {_W} {_R}><w:body>{body}{section}</w:body></w:document>"


def docx_display(display: Display, i: int) -> str:
    """A display on a page of its own, under a bookmarked heading."""
    start = f'<w:bookmarkStart w:id="{i}" w:name="t_{display.key}"/><w:bookmarkEnd w:id="{i}"/>'
    turn = "<w:pageBreakBefore/>" if i else ""
    title = ". ".join(title_lines(display))
    head = f'<w:pPr><w:pStyle w:val="Heading1"/>{turn}</w:pPr>'
    return f"<w:p>{head}{start}{docx_run(title)}</w:p>{docx_table(display)}"


def docx_table(display: Display, total: int = LANDSCAPE) -> str:
    """The table of a display and its footnotes."""
    across = widths(display, total)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in across)
    table = (
        f'<w:tbl><w:tblPr><w:tblW w:w="{total}" w:type="dxa"/><w:tblBorders>'
        '<w:top w:val="single" w:sz="8"/><w:bottom w:val="single" w:sz="8"/></w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{''.join(_rows(display, across))}</w:tbl>"
    )
    notes = "".join(docx_text(note) for note in display.footnotes)
    return f"{table}{notes}<w:p/>"


def _rows(display: Display, across: list[int]) -> Iterator[str]:
    side = "left" if display.words else "right"
    heads = [display.corner, *(plain(head) for head in display.heads)]
    cells = (_cell(t, w, side, bold=True, ruled=True) for t, w in zip(heads, across, strict=True))
    yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"
    for i, line in enumerate(display.lines):
        cells_of = _line(line, across, side, keep=leads(display, i))
        yield f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells_of}</w:tr>"


def _line(line: Line, across: list[int], side: str, *, keep: bool) -> str:
    if spans(line):
        return _cell(
            line.label, sum(across), "left", bold=not line.indent, span=len(across),
            indent=line.indent, keep=keep,
        )  # fmt: skip
    first = _cell(line.label, across[0], "left", indent=line.indent, keep=keep)
    rest = (_cell(plain(c), w, side) for c, w in zip(line.cells, across[1:], strict=True))
    return first + "".join(rest)


def _cell(
    text: str,
    width: int,
    side: str,
    *,
    bold: bool = False,
    ruled: bool = False,
    span: int = 1,
    indent: int = 0,
    keep: bool = False,
) -> str:
    over = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    rule = '<w:tcBorders><w:bottom w:val="single" w:sz="4"/></w:tcBorders>' if ruled else ""
    inset = f'<w:ind w:left="{180 * indent}"/>' if indent else ""
    kept = "<w:keepNext/>" if keep else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{over}{rule}</w:tcPr>'
        f'<w:p><w:pPr>{kept}{inset}<w:jc w:val="{side}"/></w:pPr>'
        f"{docx_run(text, bold=bold)}</w:p></w:tc>"
    )


def docx_text(text: str) -> str:
    """A paragraph."""
    return f"<w:p>{docx_run(text)}</w:p>"


def docx_run(text: str, *, bold: bool = False) -> str:
    """Text of one look; its line ends are breaks."""
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n")
    )
    return f"<w:r>{look}{lines}</w:r>"
