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

  // Enter in a text area is a line, never a send; Ctrl or Cmd and Enter sends, but not while a word is composed.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    if (!(event.ctrlKey || event.metaKey) || event.target.tagName !== "TEXTAREA" || !event.target.form) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
})();
