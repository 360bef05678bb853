"use strict";
const panel = document.getElementById("panel");
const facts = document.getElementById("panel-facts");
const trial = document.title;
let from = null;

function fact(name, value, code) {
  if (!value) return;
  const head = document.createElement("dt");
  const body = document.createElement("dd");
  head.textContent = name;
  if (code) body.appendChild(document.createElement("code")).textContent = value;
  else body.textContent = value;
  facts.append(head, body);
}

function open(key, link) {
  const cell = document.getElementById(key);
  if (!cell || cell.tagName !== "TD") return false;
  const line = cell.parentNode;
  const table = line.closest("table");
  const block = line.closest(".block");
  const [label, method, population] = block.querySelector("h3").textContent.split("; ");
  const group = table.tHead.rows[0].cells[cell.cellIndex].textContent;
  facts.replaceChildren();
  if (link) fact("Printed", link.textContent);
  fact("What it is", line.cells[0].textContent.trim() + (group === "Value" ? "" : ", " + group));
  fact("Analysis", label);
  fact("Unrounded", cell.textContent.trim());
  fact("Method", method);
  fact("Population", population.replace("population: ", ""));
  for (const note of block.querySelectorAll(".note")) fact("Note", note.textContent);
  const call = block.querySelector(".call code");
  fact("In R", call && call.textContent, true);
  fact("In a terminal", "equipoise why FOLDER " + key, true);
  panel.hidden = false;
  from = link;
  document.getElementById("panel-close").focus();
  return true;
}

function close() {
  panel.hidden = true;
  if (from) from.focus();
}

function save(button) {
  const figure = button.closest("figure");
  let text = "";
  if (button.dataset.save === "svg") {
    const colors = document.querySelector("style").textContent;
    const style = "<style>svg { background: var(--page); font-family: Helvetica, sans-serif }" + colors + "</style>";
    text = figure.querySelector("svg").outerHTML.replace(/(<svg[^>]*>)/, "$1" + style);
  } else {
    for (const row of figure.querySelector("table").rows)
      text += [...row.cells].map((c) => '"' + c.innerText.replace(/"/g, '""') + '"').join(",") + "\n";
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text]));
  link.download = figure.id + "." + button.dataset.save;
  link.click();
}

for (const link of document.querySelectorAll("a[data-row]")) link.setAttribute("role", "button");
// A finger is wider than a digit: in a figure the nearest number within its width is meant.
function nearest(event) {
  const drawing = event.target.closest("figure svg");
  let best = null;
  let least = 18;
  for (const one of drawing ? drawing.querySelectorAll("a[data-row]") : []) {
    const box = one.getBoundingClientRect();
    const x = Math.max(box.left - event.clientX, 0, event.clientX - box.right);
    const y = Math.max(box.top - event.clientY, 0, event.clientY - box.bottom);
    if (Math.hypot(x, y) < least) {
      best = one;
      least = Math.hypot(x, y);
    }
  }
  return best;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-row]") || nearest(event);
  const button = event.target.closest("button[data-save]");
  if (button) save(button);
  if (!link) return;
  const key = link.getAttribute("href").slice(1);
  if (open(key, link)) {
    event.preventDefault();
    history.replaceState(null, "", "#" + key);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panel.hidden) close();
  const link = event.target.closest && event.target.closest("a[data-row]");
  if (link && event.key === " ") {
    event.preventDefault();
    link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  }
});
document.getElementById("panel-close").addEventListener("click", close);
const contents = document.getElementById("contents");
if (contents && matchMedia("(max-width: 60rem)").matches) contents.open = false;
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details.printed:not([open])")];
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
addEventListener("hashchange", () => open(location.hash.slice(1), null));
if (location.hash.startsWith("#r-")) open(location.hash.slice(1), null);
