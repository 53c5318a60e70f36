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

  // A summary of mistakes takes the focus, on a new page and where htmx has put it.
  const attend = (place) => place.querySelector("[data-focus]")?.focus();
  attend(document);
  document.addEventListener("htmx:afterSettle", (event) => attend(event.target));
})();
