// My Day comes up to date when its tab or the phone comes back to the front. What one is in the middle of stays: a card
// with an open panel is put into the new list as it is, with its text and the focus.
(() => {
  "use strict";
  const place = document.getElementById("day"), stale = document.getElementById("stale");
  if (!place) return;
  const ahead = Date.parse(document.body.dataset.now) - Date.now();
  const PAUSE = 20000; // milliseconds: whoever only glanced elsewhere has the list of a moment ago
  const busy = (card) => card.querySelector(".panel > *, .called > *");
  let loaded = Date.now(), loading = false;

  const put = (card, instead, into) => {
    const parent = instead?.parentNode ?? into;
    // moveBefore keeps focus, selection and a word that is being composed; where it is missing the focus is set again.
    if (parent.moveBefore && card.isConnected && parent.isConnected) parent.moveBefore(card, instead ?? parent.firstChild);
    else parent.insertBefore(card, instead ?? parent.firstChild);
    instead?.remove();
  };

  const show = (fresh) => {
    const open = [...place.querySelectorAll("[id^='card-']")].filter(busy), focus = document.activeElement;
    const at = focus && place.contains(focus) ? focus.closest("[id]")?.id : "";
    const next = document.importNode(fresh.getElementById("day"), true);
    place.after(next);
    for (const card of open) put(card, next.querySelector(`#${CSS.escape(card.id)}`), next.querySelector(".duties") ?? next);
    place.replaceChildren(...next.childNodes);
    next.remove();
    window.htmx?.process(place);
    if (focus?.isConnected) { if (document.activeElement !== focus) focus.focus({ preventScroll: true }); }
    else if (at) document.getElementById(at)?.querySelector("a[href], button")?.focus({ preventScroll: true });
    for (const part of ["#stale > span", ".page-side", ".topbar-tools .pill"]) {
      const old = document.querySelector(part), now = fresh.querySelector(part);
      if (old && now) old.replaceWith(document.importNode(now, true));
    }
  };

  const load = async () => {
    if (loading) return;
    loading = true;
    try {
      const answer = await fetch(location.pathname + (location.search.includes("all") ? "?all" : ""), { headers: { Accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || !fresh.getElementById("day")) throw new Error("no list");
      show(fresh);
      loaded = Date.now();
      stale.hidden = true;
    } catch {
      stale.hidden = false;
    }
    loading = false;
  };

  const back = () => { if (!document.hidden && (Date.now() - loaded > PAUSE || !stale.hidden)) load(); };
  const passed = (time) => Date.parse(time.dateTime) < Date.now() + ahead;
  setInterval(() => { if ([...place.querySelectorAll(".tag.soon time")].some(passed)) back(); }, 60000);
  document.addEventListener("visibilitychange", back);
  window.addEventListener("pageshow", (event) => { if (event.persisted) load(); });
  window.addEventListener("online", back);
  stale.querySelector("button").addEventListener("click", load);
})();
