// The shell's own behaviour. Every page works without it.
(() => {
  "use strict";

  // Menus made of <details> close on Escape and on a click elsewhere.
  const close = (except) => {
    for (const menu of document.querySelectorAll("details.drop[open]")) {
      if (menu !== except) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => close(event.target.closest("details.drop")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    const menu = document.querySelector("details.drop[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  // A button that shows the password for a moment of checking.
  for (const button of document.querySelectorAll("[data-shows]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = document.getElementById(button.dataset.shows);
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
    });
  }

  // A button that copies what stands beside it, where the browser lets it: in a secure context.
  for (const button of document.querySelectorAll("[data-copies]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
      button.textContent = button.dataset.done;
    });
  }

  // A talk template or a case goes into the note beside it, and the form remembers what was used.
  document.addEventListener("click", (event) => {
    const offer = event.target.closest("[data-inserts]"), form = offer?.closest("form");
    if (!form) return;
    event.preventDefault();
    const note = form.elements.note, used = form.elements.used;
    note.value = note.value.trim() ? `${note.value.trimEnd()}\n${offer.dataset.words}` : offer.dataset.words;
    used.value = [...new Set([...used.value.split(",").filter(Boolean), offer.dataset.inserts])].join(",");
    offer.setAttribute("aria-current", "true");
    note.dispatchEvent(new Event("input", { bubbles: true }));
    note.focus();
  });

  // A word that is being composed (Chinese, Japanese) takes its own Enter; Safari tells only by key code 229.
  const composing = (event) => event.isComposing || event.keyCode === 229;

  // Enter in a text area is a line, never a send; Ctrl or Cmd and Enter sends the form one types in.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const form = event.target.form;
    if (!form || !event.target.matches("textarea, input, select")) return;
    const send = event.ctrlKey || event.metaKey;
    if (composing(event)) { if (event.target.matches("input")) event.preventDefault(); return; }
    if (send && (event.target.tagName === "TEXTAREA" || form.matches("[data-guarded]"))) {
      event.preventDefault();
      form.requestSubmit();
    } else if (form.matches("[data-guarded]") && event.target.matches("input")) {
      event.preventDefault();
    }
  });

  // A form that was opened inside a card closes, and the focus goes back to where it came from.
  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-closes]")?.closest("form, .explained");
    if (!form) return;
    const card = form.closest("[data-row]");
    form.remove();
    (card ?? document).querySelector(".act")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || composing(event)) return;
    event.target.closest?.(".field-form, .panel, .act-form")?.querySelector("[data-escapes], [data-closes]")?.click();
  });

  // A number that was asked for in order to call it: a phone dials, and the form for what will be said opens.
  document.addEventListener("htmx:afterSettle", (event) => {
    const number = event.target.querySelector?.("[data-dial]");
    if (!number) return;
    if (matchMedia("(pointer: coarse)").matches) location.href = number.href;
    const act = (number.closest("[data-row]") ?? document).querySelector(".act[hx-get]");
    if (act && !document.querySelector(`${act.getAttribute("hx-target")} form`)) act.click();
  });

  // Where one is, for a visit's record: only when it is tapped, and only if the browser may tell.
  for (const button of document.querySelectorAll("[data-locates]")) {
    if (!("geolocation" in navigator)) continue;
    button.hidden = false;
    const said = button.parentElement.querySelector("[data-located]"), form = button.form;
    button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
      form.elements.latitude.value = coords.latitude.toFixed(5);
      form.elements.longitude.value = coords.longitude.toFixed(5);
      said.textContent = said.dataset.done;
    }, () => { said.textContent = said.dataset.failed; }, { timeout: 10000, maximumAge: 60000 }));
  }

  for (const button of document.querySelectorAll("[data-prints]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // On a phone what stands at the side begins folded.
  if (matchMedia("(width < 768px)").matches) {
    for (const fold of document.querySelectorAll("details.fold-on-phone:not(.first)")) fold.open = false;
  }

  // Digits choose a chip while the focus is in its row.
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("[data-digits]");
    if (!row || composing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const chip = row.querySelectorAll("input")[Number(event.key) - 1];
    if (chip) { event.preventDefault(); chip.focus(); chip.click(); }
  });

  // Where a text area does not grow by itself.
  if (!CSS.supports("field-sizing", "content")) {
    document.addEventListener("input", (event) => {
      if (!event.target.matches("textarea.grows")) return;
      event.target.style.height = "auto";
      event.target.style.height = `${event.target.scrollHeight + 2}px`;
    });
  }

  // A summary of mistakes, else the first field that is wrong, takes the focus, on a new page and where htmx has put it.
  const attend = (place) => {
    const first = place.querySelector("[data-focus-first] input:checked, [data-focus-first] input");
    const wrong = place === document ? place.querySelector("main .is-invalid") : null;
    (place.querySelector("[data-focus]") ?? first ?? wrong)?.focus();
  };
  attend(document);
  document.addEventListener("htmx:afterSettle", (event) => attend(event.target));

  // Countdowns follow the server's clock, each minute; a <time> is no live region, so nobody is interrupted by it.
  const words = JSON.parse(document.body.dataset.words ?? "null");
  const ahead = Date.parse(document.body.dataset.now) - Date.now();
  const fill = (text, values) => text.replace(/%\((\w+)\)[sd]/g, (_all, name) => values[name]);
  const span = (total) => {
    if (!total) return words.moment;
    if (total < 60) return fill(words.min[total === 1 ? 0 : 1], { minutes: total });
    const hours = Math.floor(total / 60), minutes = total % 60, days = Math.floor(hours / 24);
    if (days) return fill(words.days[days === 1 ? 0 : 1], { days });
    return fill(minutes ? words.hoursMin : words.hours, { hours, minutes });
  };
  const count = () => {
    for (const time of document.querySelectorAll("time[data-text]")) {
      const distance = Date.parse(time.dateTime) - Date.now() - ahead;
      const minutes = Math.floor(Math.abs(distance) / 60000);
      const text = time.dataset.text === "span" ? span(minutes)
        : minutes ? fill(distance > 0 ? words.in : words.ago, { span: span(minutes) }) : words.now;
      if (time.textContent !== text) time.textContent = text;
    }
  };
  if (words) setInterval(count, 60000);

  // One box that ticks all of its page; the server does the same where this has not run.
  document.addEventListener("change", (event) => {
    const all = document.querySelector("[data-ticks]");
    if (!all || (event.target !== all && event.target.name !== all.dataset.ticks)) return;
    const boxes = [...document.querySelectorAll(`input[name="${CSS.escape(all.dataset.ticks)}"]`)];
    if (event.target === all) for (const box of boxes) box.checked = all.checked;
    else if (!event.target.checked) all.checked = false;
    const n = boxes.filter((box) => box.checked).length, said = document.querySelector("[data-ticked]");
    if (said) said.textContent = n ? said.dataset.ticked.replace("{n}", n) : "";
  });

  // Shortcuts: letters outside fields and dialogs, never while a word is composed. Each has a button or link too.
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const here = () => document.activeElement?.closest("[data-row]");
  const move = (step) => {
    const all = rows(), at = all.indexOf(here());
    const row = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    const link = row?.querySelector("a[href], button");
    (link ?? row)?.focus();
    row?.scrollIntoView({ block: "nearest" });
  };
  let waiting = 0;
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    f: () => (here() ?? document).querySelector(".act, .follow-up input")?.click(),
    x: () => here()?.querySelector("input[type=checkbox]")?.click(),
    a: () => document.getElementById("bulk-act")?.focus(),
    F: () => document.querySelector(".filters > summary")?.click(),
    c: () => (here() ?? document).querySelector(".call")?.click(),
    e: () => (here() ?? document).querySelector(".explains, .editable")?.click(),
    "[": () => document.querySelector("[data-neighbour='[']")?.click(),
    "]": () => document.querySelector("[data-neighbour=']']")?.click(),
    n: () => document.querySelector("[data-key='n']")?.click(),
    "/": () => (document.querySelector("main input[type=search]") ?? document.getElementById("search-words"))?.focus(),
    "?": () => document.getElementById("shortcuts")?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (!("shortcuts" in document.body.dataset) || composing(event)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")) return;
    if (Date.now() - waiting < 1500) {
      waiting = 0;
      const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); location.href = link.href; return; }
    }
    if (event.key === "g") { waiting = Date.now(); return; }
    // What the row under the focus offers by a letter of its own.
    const own = here()?.querySelector(`[data-does="${CSS.escape(event.key)}"]`);
    if (own) { event.preventDefault(); own.click(); return; }
    if (Object.hasOwn(keys, event.key)) { event.preventDefault(); keys[event.key](); }
  });
})();
