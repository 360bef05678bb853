// What saves a round trip. Every page works without it.
"use strict";
(() => {
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  // A browser shows days in the order of its own country: each is said in words as well.
  for (const input of document.querySelectorAll("input[type=date], input[type=datetime-local]")) {
    const words = document.createElement("span");
    words.className = "in-words";
    words.setAttribute("aria-hidden", "true");
    const say = () => {
      const found = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?/.exec(input.value);
      words.textContent = found ? `${+found[3]} ${months[found[2] - 1]} ${+found[1]}${found[4] ? `, ${found[4]}` : ""}` : "";
    };
    input.after(words);
    input.addEventListener("input", say);
    say();
  }
  // A second press of a button while the first is under way asks nothing.
  for (const one of document.querySelectorAll("form[method=post]")) {
    one.addEventListener("submit", (event) => {
      if (one.dataset.sent) event.preventDefault();
      one.dataset.sent = "1";
      setTimeout(() => { delete one.dataset.sent; }, 5000); // where no answer comes, it is pressed again
    });
  }
  window.addEventListener("pageshow", () => {
    for (const one of document.querySelectorAll("form[data-sent]")) delete one.dataset.sent;
  });
})();
(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const said = document.querySelector("[data-said]");
  const clock = () => new Date().toTimeString().slice(0, 5);
  const once = () => [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
  let changed = false, saving = false, sent = false;

  const post = async (action) => {
    const body = new URLSearchParams(new FormData(form));
    body.set("action", action);
    body.set("quiet", "1");
    body.set("request", once());
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { accept: "application/json" } });
    if (answer.redirected || !(answer.headers.get("content-type") || "").includes("json")) throw new Error("logged out");
    return answer.json();
  };

  const draft = async () => {
    if (!changed || saving || sent) return;
    saving = true; changed = false;
    try {
      const found = await post("draft");
      if (found.problems) { said.textContent = `Not kept yet: ${found.problems[0]}`; return; }
      for (const [name, value] of Object.entries(found.drafts)) {
        const input = form.elements.namedItem(name);
        if (input) input.value = value;
      }
      said.textContent = `Draft kept at ${clock()}`;
    } catch { changed = true; said.textContent = "Not kept: the server cannot be reached, or you are logged out"; }
    finally { saving = false; }
  };

  const look = async () => {
    let found;
    try { found = await post("look"); } catch { return; }
    for (const cell of form.querySelectorAll("[data-graded]")) {
      const row = found.rows[cell.dataset.graded];
      cell.replaceChildren();
      if (!row) continue;
      const range = [...form.querySelectorAll("[data-range]")].find((one) => one.dataset.range === cell.dataset.graded);
      if (range) range.textContent = row.range ? row.range.says : "not known in this unit";
      if (row.grade !== null) {
        const mark = document.createElement("span");
        mark.className = `grade g${row.grade}`;
        mark.textContent = row.grade ? `grade ${row.grade}` : "normal";
        cell.append(mark);
      }
      for (const note of row.notes) {
        const text = document.createElement("span");
        text.className = "odd"; text.textContent = note;
        cell.append(text);
      }
      if (row.range && !range && (row.grade !== null || row.notes.length)) {
        const text = document.createElement("span");
        text.className = "by-range"; text.textContent = `by the laboratory's range, ${row.range.says}`;
        cell.append(text);
      }
    }
  };

  let waiting;
  form.addEventListener("input", () => {
    changed = true;
    if (form.dataset.looks) { clearTimeout(waiting); waiting = setTimeout(look, 350); }
  });
  form.addEventListener("submit", () => { sent = true; });
  setInterval(draft, 5000);
  window.addEventListener("beforeunload", (event) => { if (changed && !sent) event.preventDefault(); });
})();
