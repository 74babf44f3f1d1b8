// portal.js: optional comfort only. Every page and every action works without this file.
"use strict";
const $$ = (q, r = document) => [...r.querySelectorAll(q)];

// 1. A dialog that the server rendered open becomes truly modal: focus trap and Esc.
for (const d of $$(".scrim > dialog[open]")) {
  d.removeAttribute("open");
  d.showModal();
  d.addEventListener("cancel", (ev) => {
    const back = d.querySelector(".d-head a");
    if (back) { ev.preventDefault(); location.assign(back.href); }
  });
}

// 2. Password rules move from "not met" to "met" while typing. The server decides again on submit.
for (const list of $$("[data-rules-for]")) {
  const input = document.getElementById(list.dataset.rulesFor);
  const live = list.parentElement.querySelector("[data-rules-left]");
  const test = {
    len: (v, li) => [...v].length >= Number(li.dataset.min),
    lower: (v) => /\p{Ll}/u.test(v),
    upper: (v) => /\p{Lu}/u.test(v),
    digit: (v) => /\p{Nd}/u.test(v),
    symbol: (v) => /[^\p{L}\p{N}\s]/u.test(v),
  };
  const paint = () => {
    let left = 0;
    for (const li of $$("li[data-rule]", list)) {
      const met = test[li.dataset.rule]?.(input.value, li) ?? false;
      li.classList.toggle("met", met);
      li.querySelector(".vh").textContent = met ? "Met: " : "Not met yet: ";
      if (!met) left += 1;
    }
    if (live) live.textContent = left === 0 ? "All rules met" : left === 1 ? "1 rule left" : `${left} rules left`;
  };
  input.addEventListener("input", paint);
  if (input.value) paint();
}

// 3. Show or hide a password. The button is hidden until script runs.
for (const b of $$("button[data-show]")) {
  const input = document.getElementById(b.dataset.show);
  const turn = (show) => {
    input.type = show ? "text" : "password";
    b.setAttribute("aria-pressed", String(show));
  };
  b.hidden = false;
  b.addEventListener("click", () => turn(input.type === "password"));
  input.form.addEventListener("submit", () => turn(false));
}

// 4. The button stands after the text, so a press on it while it is in view replaces the tick "I have read it".
for (const f of $$("form[data-read-to]")) {
  const tick = document.getElementById(f.dataset.readTo);
  tick.required = false;
  tick.closest("label").hidden = true;
  f.addEventListener("submit", (ev) => {
    tick.checked = f.getBoundingClientRect().top < innerHeight;
    if (!tick.checked) { ev.preventDefault(); f.scrollIntoView(); }
  });
}

// 5. Ask before unsaved changes are lost; stop double submits, also after the Back button.
for (const f of $$("form.guard")) {
  let dirty = false;
  f.addEventListener("input", () => { dirty = true; });
  f.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (ev) => { if (dirty) ev.preventDefault(); });
}
for (const f of $$("form[method=post]")) {
  f.addEventListener("submit", (ev) => {
    if (ev.defaultPrevented) return;
    if (f.dataset.sent) ev.preventDefault();
    f.dataset.sent = "1";
  });
}
addEventListener("pageshow", (ev) => {
  if (ev.persisted) for (const f of $$("form[data-sent]")) delete f.dataset.sent;
});

// 6. Print. The button is hidden until script runs; the browser's own menu prints as well.
for (const b of $$("button[data-print]")) {
  b.hidden = false;
  b.addEventListener("click", () => print());
}

// 7. A refused sign-in is answered with the same bytes for everybody, so the address that was typed stays in this tab only.
const kept = $$("input[data-keep]");
if (!kept.length || !$$(".problem").length) sessionStorage.removeItem("kept");
for (const input of kept) {
  input.value ||= sessionStorage.getItem("kept") ?? "";
  input.form.addEventListener("submit", () => { sessionStorage.setItem("kept", input.value); });
}
