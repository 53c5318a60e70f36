// What is typed into a form with a draft (salesops/web/drafts.py) is kept on the server, and no text leaves the page
// before the server has it. The browser's own storage is not used. Without this script the forms are plain forms.
(() => {
  "use strict";

  const EVERY = 3000, PATIENCE = 8000, TRIES = [3, 5, 10, 20, 30];
  const states = new WeakMap(), known = new Set(), passing = new WeakSet();

  const place = (form) => form instanceof HTMLFormElement && form.querySelector("[data-draft-state]");
  const texts = (form) => [...form.elements].filter((field) =>
    field.matches("textarea, input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=url]"));
  const hasText = (form) => texts(form).some((field) => field.value.trim());
  const body = (form) => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
    return data;
  };
  const typed = (form) => {
    const data = body(form);
    for (const name of ["once", "csrfmiddlewaretoken", "draft_saved"]) data.delete(name);
    return data.toString();
  };
  const state = (form) => {
    if (!states.has(form)) {
      states.set(form, { saved: null, kept: Boolean(place(form).querySelector("button")), timer: 0, tries: 0, pending: null });
      known.add(form);
    }
    return states.get(form);
  };

  const say = (form, word, values = {}) => {
    const line = place(form), text = JSON.parse(line.dataset.words)[word].replace(/%\((\w+)\)s/g, (_all, name) => values[name]);
    if (line.textContent.trim() !== text) line.textContent = text;
    line.classList.toggle("trouble", word !== "saved");
    if (word !== "out") return;
    const link = Object.assign(document.createElement("a"), { href: line.dataset.login, target: "_blank" });
    link.textContent = JSON.parse(line.dataset.words).signIn;
    line.append(" ", link);
  };

  // The time of the draft goes along with the form, so that a page about a lost database can tell it.
  const note = (form, time) => {
    let field = form.querySelector("[name=draft_saved]");
    if (!field) {
      field = Object.assign(document.createElement("input"), { type: "hidden", name: "draft_saved" });
      form.append(field);
    }
    field.value = time;
  };

  // Whoever has signed in again has another CSRF token; the page takes it over.
  const renew = async (form) => {
    const answer = await fetch(place(form).dataset.url, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) return false;
    const { token } = await answer.json();
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    return true;
  };

  const send = async (form, url, keepalive) => {
    const headers = { "Draft-Of": place(form).dataset.person };
    const once = () => fetch(url, {
      method: "POST", body: body(form), headers, keepalive, redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
    });
    const answer = await once();
    return answer.status === 403 && !keepalive && await renew(form) ? once() : answer;
  };

  // "" when the server has the text, else the word that says why not.
  const save = async (form, keepalive = false) => {
    const mine = state(form), now = typed(form), filled = hasText(form);
    if (!filled && !mine.kept) return "";
    let answer;
    try {
      answer = await send(form, filled ? place(form).dataset.url : place(form).dataset.removal, keepalive);
    } catch {
      return "away";
    }
    if (answer.type === "opaqueredirect" && filled) return "out";
    if (answer.status === 409) return "other";
    if (answer.status === 413) return "long";
    if ([502, 503, 504].includes(answer.status)) return "away";
    if (answer.status >= 400) return "unkept";
    Object.assign(mine, { saved: now, kept: filled, tries: 0 });
    if (answer.status === 200 && filled) {
      const { saved } = await answer.json();
      note(form, saved);
      say(form, "saved", { time: saved });
    }
    return "";
  };

  const later = (form, seconds) => {
    const mine = state(form);
    clearTimeout(mine.timer);
    mine.timer = setTimeout(() => attempt(form), seconds * 1000);
  };

  const attempt = async (form) => {
    const mine = state(form);
    mine.timer = 0;
    if (!form.isConnected) return;
    const trouble = await save(form);
    if (!trouble && mine.pending) return go(form);
    if (!trouble && typed(form) !== mine.saved && hasText(form)) return later(form, EVERY / 1000);
    if (trouble) wait(form, trouble);
  };

  const wait = (form, trouble) => {
    const mine = state(form), seconds = TRIES[Math.min(mine.tries++, TRIES.length - 1)];
    say(form, trouble === "away" && mine.pending ? "unsent" : trouble, { seconds });
    if (mine.pending) place(form).scrollIntoView({ block: "nearest" });
    if (trouble === "away" || trouble === "out") later(form, seconds);
  };

  const go = (form) => {
    const mine = state(form), { submitter } = mine.pending;
    mine.pending = null;
    clearTimeout(mine.timer);
    passing.add(form);
    form.requestSubmit(submitter?.isConnected ? submitter : null);
    passing.delete(form);
  };

  const changed = (event) => {
    const form = event.target.form;
    if (!place(form)) return;
    const mine = state(form);
    mine.pending = null;  // what is changed after a vain try is sent when its writer says so again
    if (!mine.timer) later(form, EVERY / 1000);
  };
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);

  // First the draft, then the form: should the server be away, the page stays with everything that is in it.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!place(form) || passing.has(form) || event.submitter?.formAction.endsWith(place(form).dataset.removal)) return;
    if (!hasText(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const mine = state(form);
    if (mine.busy) return;
    Object.assign(mine, { busy: true, pending: { submitter: event.submitter } });
    const trouble = await save(form);
    mine.busy = false;
    if (!mine.pending) return;
    // Whatever is wrong with the draft alone does not hold up the form.
    if (["", "long", "unkept"].includes(trouble)) go(form);
    else wait(form, trouble);
  }, true);

  const failed = (event) => {
    const form = event.target, status = event.detail.xhr?.status ?? 0;
    if (!place(form) || (status > 0 && status < 500)) return;
    state(form).pending = { submitter: null };
    wait(form, "away");
  };
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", failed);

  // The last words before a page is left or a phone is put away.
  const leave = () => {
    for (const form of known) {
      if (!form.isConnected) known.delete(form);
      else if (hasText(form) && typed(form) !== state(form).saved) save(form, true);
    }
  };
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });

  // A form with a draft is not folded away.
  for (const line of document.querySelectorAll("[data-draft-state]:has(button)")) {
    const fold = line.closest("details");
    if (fold) fold.open = true;
  }
})();
