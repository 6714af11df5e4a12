/**
 * Small improvements to pages that work without them. Each looks for a data attribute, so a page
 * says in its own markup what it wants. Nothing here decides anything: the server does.
 */
const DRAFT_PAUSE_MS = 2000;

/** The form's fields without files: those are sent only when the form itself is. */
function typed(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) {
    if (value instanceof File) data.delete(name);
  }
  return data;
}

function send(url, form, signal) {
  return fetch(url, { method: "POST", body: typed(form), credentials: "same-origin", signal });
}

/** A double click on "Versturen" sends once. */
function guardAgainstDoubleSubmit(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // Coming back with the browser's back button must not find a dead form.
  window.addEventListener("pageshow", () => { sent = false; });
}

/** Keeps what was typed at the server, so that a closed laptop loses nothing. */
function keepDraft(form) {
  const status = form.querySelector("[data-draft-status]");
  let timer;
  let leaving = false;
  const say = (text) => { if (status) status.textContent = text; };
  const save = async () => {
    try {
      const answer = await send(form.dataset.draft, form);
      if (leaving) return;
      const time = new Date().toLocaleTimeString("nl-NL", { hour: "numeric", minute: "2-digit" });
      say(answer.ok ? `Concept bewaard om ${time.replace(":", ".")} uur.` : "Concept niet bewaard.");
    } catch {
      if (!leaving) say("Concept niet bewaard.");
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, DRAFT_PAUSE_MS);
  });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); });
}

/** Puts the server's answer in place of a region, and the cursor back where it was. */
function replaceRegion(region, answer) {
  const fresh = answer.getElementById(region.id);
  if (!fresh) return;
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  // A file input cannot be filled by a script: the one in which a file was chosen stays.
  for (const kept of region.querySelectorAll("input[type=file][id]")) {
    const place = kept.files.length > 0 && fresh.querySelector(`#${CSS.escape(kept.id)}`);
    if (place) place.replaceWith(kept);
  }
  region.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus();
}

/** Shows and hides questions by earlier answers without a page load. */
function refreshOnChange(form) {
  let latest = 0;
  let underWay;
  // What is typed while an answer is under way is newer than that answer: let the answer go.
  form.addEventListener("input", () => { latest += 1; });
  // Sent: nobody waits for the questions any more, and the task may be done before they come.
  form.addEventListener("submit", () => underWay?.abort());
  form.addEventListener("change", async (event) => {
    if (!event.target.closest("[data-affects]")) return;
    const mine = ++latest;
    underWay = new AbortController();
    try {
      const response = await send(form.dataset.refresh, form, underWay.signal);
      if (!response.ok || mine !== latest) return;
      const answer = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const region of form.querySelectorAll("[data-refresh-region][id]")) {
        replaceRegion(region, answer);
      }
    } catch {
      // Offline or sent: the form stays as it is; the server checks everything when it is sent.
    }
  });
}

document.documentElement.classList.add("tr-js");
document.querySelectorAll("form[method=post]").forEach(guardAgainstDoubleSubmit);
document.querySelectorAll("form[data-draft]").forEach(keepDraft);
document.querySelectorAll("form[data-refresh]").forEach(refreshOnChange);
document.querySelector("[data-focus-on-load]")?.focus();
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
