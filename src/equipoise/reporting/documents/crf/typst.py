"""Case report forms as typst, which makes the PDF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from equipoise.reporting.documents.crf.model import (
    FormBlock,
    FormsOnPaper,
    PaperField,
    PaperForm,
    domain_of_note,
    results_apart,
)
from equipoise.reporting.writers.typst import compiled, escaped, string_markup

_NOTE_COLORS: Final = ("#dbe9f6", "#fdf0c4", "#dcefd8", "#f7dfe6", "#e8e0f3", "#dff1f0")
"""Of annotations: the first domain of a form, the second, and so on."""

_STYLE: Final = """
#let soft = rgb("#5c5c5c")
#let rule = rgb("#c9c9c4")
#let dark = rgb("#1f3a4d")
#set text(9.5pt, lang: "en")
#set par(leading: 0.5em)
#show heading.where(level: 1): it => block(width: 100%, fill: dark, inset: (x: 9pt, y: 7pt),
  radius: 2pt, below: 8pt, text(13pt, fill: white, weight: "semibold", it.body))
#let cell(letter: "") = box(width: 12.5pt, height: 15pt, baseline: 4pt, stroke: 0.6pt + rule,
  align(center + horizon, text(6pt, fill: rgb("#9b9b96"), letter)))
#let cells(letters) = box(stack(dir: ltr, spacing: 1.5pt, ..letters.clusters().map(l =>
  if l == " " { h(4pt) } else if l == "_" { cell() } else { cell(letter: l) })))
#let line-for(width) = box(width: width, height: 14pt, stroke: (bottom: 0.6pt + soft))
#let tick(label) = box(inset: (right: 9pt))[#box(baseline: 1.5pt, circle(radius: 4pt,
  stroke: 0.7pt + soft)) #h(2pt) #label]
#let note(color, body) = box(fill: rgb(color), inset: (x: 3.5pt, y: 2pt), radius: 1.5pt,
  baseline: 1.5pt, text(6.8pt, weight: "medium", fill: rgb("#14324a"), body))
#let small(body) = text(7.5pt, fill: soft, body)
#let question(label, hint, answer) = block(width: 100%, breakable: false, above: 0pt, below: 0pt,
  inset: (y: 6.5pt), stroke: (bottom: 0.4pt + rule), grid(columns: (33%, 1fr), column-gutter: 10pt,
  [#label #if hint != "" [\\ #small(hint)]], answer))
#let head-of-form(at-visit) = block(width: 100%, inset: (bottom: 8pt), grid(
  columns: if at-visit { (auto, 1fr, auto) } else { (auto, 1fr) }, column-gutter: 16pt,
  [#small[Subject] #h(4pt) #cells("______")],
  [#small[#if at-visit [Visit] else [Sheet number]] #h(4pt)
   #line-for(if at-visit { 100% - 32pt } else { 60pt })],
  ..if at-visit { ([#small[Held on] #h(4pt) #cells("DD MMM YYYY")],) }))
#let foot-of-form = block(width: 100%, above: 14pt, breakable: false, grid(columns: (1fr, 1fr),
  column-gutter: 24pt,
  [#small[Filled in by, on] \\ #v(14pt) #line(length: 100%, stroke: 0.6pt + soft)],
  [#small[Investigator: I have reviewed this and it is correct; signature, on] \\ #v(14pt)
   #line(length: 100%, stroke: 0.6pt + soft)]))
"""


def crf_pdf(form: FormsOnPaper) -> bytes:
    """The PDF, tagged. Raises InputError where the package typst is not installed."""
    return compiled(crf_typst(form))


def crf_typst(form: FormsOnPaper) -> str:
    """The source: a page that says what is filled in when, then each form on a page of its own."""
    kind = "Annotated case report form" if form.annotated else "Case report form"
    running = f"{form.trial}, version {form.version}"
    page = (
        f"#set document(title: {string_markup(f'{form.trial}: {kind.lower()}')}, date: none)\n"
        '#set page(paper: "us-letter", margin: (x: 1.9cm, top: 2.1cm, bottom: 1.9cm), '
        f'header: [#text(7.5pt, fill: rgb("#5c5c5c"))[{escaped(running)} #h(1fr) {kind}]], '
        f'footer: [#text(7pt, fill: rgb("#5c5c5c"))[Protocol {escaped(form.digest[:16])} #h(1fr) '
        "Page #context counter(page).display() of #context counter(page).final().first()]])\n"
    )
    parts = [page, _STYLE, _cover(form, kind)]
    parts += ["#pagebreak()\n" + _form(one, annotated=form.annotated) for one in form.forms]
    return "\n".join(parts)


def _cover(form: FormsOnPaper, kind: str) -> str:
    columns = ", ".join(["auto", *["1fr"] * (len(form.visits) + 1)])
    heads = "".join(f"[{escaped(name)}], " for name in (*form.visits, "Any time"))
    rows = "\n".join(_scheduled(one) for one in form.forms)
    return (
        f"#v(1.2cm)#text(9pt, fill: soft)[{escaped(form.trial)}]\n\n"
        f'#text(20pt, weight: "semibold", fill: dark)[{kind}]\n\n'
        f"#text(11pt)[{escaped(form.title)}]\n\n#v(0.8cm)\n"
        '#text(10pt, weight: "semibold")[What is filled in, and when]\n\n'
        "#set text(8.5pt)\n"
        f"#table(columns: ({columns}), stroke: none, inset: (x: 5pt, y: 5.5pt), "
        "align: (col, row) => if col == 0 { left + horizon } else { center + horizon },\n"
        f"table.hline(stroke: 0.8pt), table.header([Form], {heads}), table.hline(stroke: 0.5pt),\n"
        f"{rows}\ntable.hline(stroke: 0.8pt))\n"
        "#set text(9.5pt)\n"
    )


def _scheduled(form: PaperForm) -> str:
    cells = "".join("[#text(10pt)[×]], " if mark else "[], " for mark in form.marks)
    return f"[{escaped(form.title)}], {cells}table.hline(stroke: 0.3pt + rule),"


def _form(form: PaperForm, *, annotated: bool) -> str:
    colors = {code: _NOTE_COLORS[n % len(_NOTE_COLORS)] for n, (code, _) in enumerate(form.domains)}
    under = ". ".join(word[:1].upper() + word[1:] for word in (form.when, form.who) if word)
    parts = [f"= {escaped(form.title)}\n", f"#small[{escaped(under)}]\n#v(4pt)"]
    if annotated:
        named = [f'#note("{colors[c]}")[{escaped(f"{c} = {name}")}]' for c, name in form.domains]
        parts.append("#block(below: 9pt)[" + " #h(3pt) ".join(named) + "]")
    parts.append(f"#head-of-form({str(form.at_visit).lower()})")
    used = colors if annotated else {}
    parts += [_block(block, used) for whole in form.blocks for block in _split(whole)]
    if annotated and form.checks:
        parts.append(_checks(form))
    return "\n".join([*parts, "#foot-of-form", ""])


def _split(block: FormBlock) -> Iterator[FormBlock]:
    yield from results_apart(block) if block.kind == "questions" else (block,)


def _block(block: FormBlock, colors: dict[str, str]) -> str:
    draw = {"questions": _questions, "results": _results, "grid": _grid, "scale": _scale}
    said = f"#v(6pt)#small[{escaped(block.note)}]\n" if block.note else ""
    return said + draw[block.kind](block, colors)


def _questions(block: FormBlock, colors: dict[str, str]) -> str:
    return "\n".join(
        f"#question([{_label(field)}], {string_markup(field.hint)}, "
        f"[{_answer(field)}{_notes(field, colors, below=True)}])"
        for field in block.fields
    )


def _label(field: PaperField) -> str:
    mark = "#text(fill: soft)[ \\*]" if field.needed else ""
    return f"{escaped(field.label)}{mark}"


def _answer(field: PaperField) -> str:
    unit = f" #h(4pt) {escaped(field.units[0])}" if field.units else ""
    match field.kind:
        case "choice":
            return " ".join(f"#tick[{escaped(one)}]" for one in field.choices)
        case "number":
            return f"#line-for(90pt){unit}"
        case "date":
            return '#cells("DD MMM YYYY")'
        case "date time":
            return '#cells("DD MMM YYYY") #h(8pt) #cells("HH MM")'
        case _:
            return "#line-for(100%)"


def _notes(field: PaperField, colors: dict[str, str], *, below: bool = False) -> str:
    if not colors:
        return ""
    made = [_note(text, colors) for text in field.notes]
    return (" \\ " if below else " ") + " ".join(made)


def _note(text: str, colors: dict[str, str]) -> str:
    color = colors.get(domain_of_note(text), _NOTE_COLORS[0])
    return f'#note("{color}")[{escaped(text)}]'


def _results(block: FormBlock, colors: dict[str, str]) -> str:
    heads = "[Test], [Result], [Unit], [Lower limit], [Upper limit], "
    rows = []
    for field in block.fields:
        units = " ".join(f"#tick[{escaped(unit)}]" for unit in field.units)
        rows.append(f"[{_label(field)}], [#line-for(58pt)], [#small[{units}]], "
                    "[#line-for(42pt)], [#line-for(42pt)],")  # fmt: skip
        if colors:
            rows.append(f"table.cell(colspan: 5, inset: (top: 0pt, bottom: 5pt))"
                        f"[{_notes(field, colors)}],")  # fmt: skip
        rows.append("table.hline(stroke: 0.3pt + rule),")
    return _table("(1.35fr, auto, 1.5fr, auto, auto)", heads, rows)


def _grid(block: FormBlock, colors: dict[str, str]) -> str:
    widths = "(" + ", ".join(["auto", *(_share(field) for field in block.fields)]) + ")"
    heads = "[], " + "".join(
        f"[{_label(field)}{f' ({escaped(field.units[0])})' if field.units else ''}"
        f"{_terms(field)}{_notes(field, colors, below=True)}], "
        for field in block.fields
    )
    empty = "[], " * len(block.fields)
    rows = [f"[#small[{n}]#v(9pt)], {empty}table.hline(stroke: 0.3pt + rule),"
            for n in range(1, block.rows + 1)]  # fmt: skip
    lines = ", ".join(f"table.vline(x: {n}, stroke: 0.3pt + rule)"
                      for n in range(1, len(block.fields) + 1))  # fmt: skip
    return _table(widths, heads, [f"{lines},", *rows])


def _share(field: PaperField) -> str:
    return "1.5fr" if field.kind in ("text", "choice", "date", "date time") else "1fr"


def _terms(field: PaperField) -> str:
    if not field.choices:
        return ""
    return f' \\ #text(6.3pt, weight: "regular", fill: soft)[{escaped(", ".join(field.choices))}]'


def _scale(block: FormBlock, colors: dict[str, str]) -> str:
    rows = []
    for field in block.fields:
        ticks = " ".join(f"#tick[{escaped(one)}]" for one in field.choices)
        rows.append(f"[{_label(field)}], [{ticks}{_notes(field, colors)}], "
                    "table.hline(stroke: 0.3pt + rule),")  # fmt: skip
    return _table("(18%, 1fr)", "", rows, headed=False, tall=3.6)


def _table(
    widths: str, heads: str, rows: list[str], *, headed: bool = True, tall: float = 4.5
) -> str:
    top = f"table.header({heads}), table.hline(stroke: 0.5pt)," if headed else ""
    body = "\n".join(rows)
    return (
        "#block(above: 8pt)[#set text(8.5pt)\n"
        '#show table.cell.where(y: 0): set text(weight: "medium")\n'
        f"#table(columns: {widths}, stroke: none, inset: (x: 4pt, y: {tall}pt),\n"
        "align: left + horizon,\n"
        f"table.hline(stroke: 0.8pt), {top}\n{body}\ntable.hline(stroke: 0.8pt))]\n"
    )


def _checks(form: PaperForm) -> str:
    words = {"stop": "Refused if", "ask": "Queried if", "note": "Noted if"}
    rows = [f"- #small[{words[kind]} #raw({string_markup(text)}): {escaped(say)}]"
            for kind, text, say in form.checks]  # fmt: skip
    return "#v(8pt)\n" + "\n".join(rows) + "\n"
