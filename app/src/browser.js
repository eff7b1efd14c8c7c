// What forms and links do in every page, without a component of their own: what somebody has typed is not lost.

// Whether somebody is told what is wrong with a form, or who else has saved it.
const refused = (form) => form.querySelector("[aria-invalid=true], .form-summary, .conflict") !== null;

// Whether somebody has typed into a field, or chosen something else.
const differs = (field) =>
  field.options
    ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.dataset.touched !== undefined
    : field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.defaultValue !== undefined && field.type !== "hidden" && field.value !== field.defaultValue;

// Whether somebody has typed into a form and not sent it, or is told something about it. What it was filled from stays
// in it then, with all the rest of it.
const touched = (form) => form.dataset.done === undefined && (refused(form) || [...form.elements].some(differs));

// The form of a function on the page.
const formOf = (action) => document.querySelector(`#content form[action="${action}"]`);
// Whether somebody is at it.
export const busy = (action) => formOf(action) !== null && touched(formOf(action));
// Leads the cursor back to where it is in a form that is about to be made anew.
export const refocus = (action) => {
  const at = [...(formOf(action)?.elements ?? [])].indexOf(document.activeElement);
  if (at >= 0) requestAnimationFrame(() => formOf(action)?.elements[at]?.focus());
};

// Selects say nothing of where they began where no option is marked; so the first change is noted.
document.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLSelectElement) target.dataset.touched = "";
});

// A row that others come or go around may be taken out and put back: the cursor that was in it stays.
export const hold = () => {
  const held = document.activeElement;
  requestAnimationFrame(() => {
    if (document.activeElement === document.body && held.isConnected) held.focus({ preventScroll: true });
  });
};

// Where one went to another address of a page, forms that are filled from it show what it says, and not what was typed at
// the other. It is known where something was typed.
export const settle = () => requestAnimationFrame(() => {
  const here = location.pathname + location.search;
  for (const mark of document.querySelectorAll("[data-asks]")) {
    const form = mark.closest("form");
    if (form.dataset.at === undefined || form.dataset.at === here) continue;
    form.reset();
    delete form.dataset.at;
  }
});

// Whether somebody is at a form that would be made anew with its page: one that neither is worked into what is there nor
// stays as it is.
export const typing = () =>
  [...document.querySelectorAll("#content form")].some((form) => form.method === "post" && !form.closest("[data-kept]") && touched(form));

// What the browser filled in by itself nobody has typed.
const typed = (field) => field.name && differs(field) && !field.matches(":autofill");

// What the fields of forms held that were refused in place.
const refusedWith = new WeakMap();
const state = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value);
export const refusal = (form) => [...form.elements].forEach((field) => refusedWith.set(field, state(field)));
const typedSince = (field) => typed(field) && refusedWith.get(field) !== state(field);

// Whether leaving a page loses what somebody has typed into a form of it. One that was refused holds what was typed as if
// it had been there from the beginning; a single word that nobody has changed since is typed again soon enough.
const unsent = (form) => {
  const { done, dropped, sent } = form.dataset;
  if (form.method !== "post" || done !== undefined || dropped !== undefined) return false;
  const fields = [...form.elements];
  if (!refused(form)) return sent === undefined && fields.some(typed);
  const held = [...lines(form).filter((field) => field.value), ...fields.filter((field) => field.type === "checkbox" && field.checked)];
  return fields.some(typedSince) || held.length > 1 || form.querySelector(".conflict") !== null;
};
const loses = () => [...document.querySelectorAll("#content form")].some(unsent);
const stays = () => loses() && !confirm("Discard unsaved changes?");

// A form that is on its way, or did its work, holds nothing to be lost until somebody types into it again.
document.addEventListener("submit", ({ target }) => target.method === "post" && (target.dataset.sent = ""), true);
for (const happens of ["input", "change"])
  document.addEventListener(happens, ({ target }) => {
    for (const mark of ["sent", "done", "dropped"]) delete target.form?.dataset[mark];
    if (target.form) target.form.dataset.at = location.pathname + location.search;
  });

// Leaving for another document: the browser asks with words of its own, and only whoever has done something in the page.
addEventListener("beforeunload", (event) => {
  if (navigator.userActivation?.hasBeenActive !== false && loses()) event.preventDefault();
});

// Leaving by a link of the page. One that stands in a form, as Cancel does, says itself what becomes of the form.
const elsewhere = (link) => link.pathname !== location.pathname || link.search !== location.search;
document.addEventListener(
  "click",
  (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target) return;
    const outside = link.origin !== location.origin || link.relList.contains("external") || link.hasAttribute("download");
    if (!outside && !elsewhere(link)) return;
    const form = link.closest("form");
    if (form) form.dataset.dropped = "";
    if (outside || !stays()) return;
    delete form?.dataset.dropped;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// Leaving by a search or a filter that is answered in place. What is searched while one types leaves nothing.
document.addEventListener(
  "submit",
  (event) => {
    if (event.target.method === "get" && event.target.closest("#content") && !event.target.matches(".live") && stays()) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  true,
);

// Leaving by the browser's buttons: that has happened when it is heard of, so one goes back to where one was. Nobody else
// hears of it.
let before;
let returning = false;
window.navigation?.addEventListener("currententrychange", ({ from, navigationType }) => {
  if (navigationType === "traverse") before = from;
});
addEventListener(
  "popstate",
  (event) => {
    const same = before && new URL(before.url).pathname === location.pathname && new URL(before.url).search === location.search;
    if (returning || (!same && stays())) {
      event.stopImmediatePropagation();
      if (!returning) history.go(before ? before.index - window.navigation.currentEntry.index : 1);
      returning = !returning;
    }
  },
  true,
);

// Where the session has ended, what was typed waits for the next, and what was shown once can still be read.
export const held = () => document.querySelector("#content [data-once]") !== null || [...document.querySelectorAll("#content form")].some(touched);

// Fields whose value is their own: neither hidden nor a choice.
const lines = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden" && (field.matches("textarea") || field.matches("input:not([type=checkbox], [type=radio])")));

// Who was signed in last: the frame no longer says so once it has heard that the session has ended.
let whose = "";
export const met = (user) => (whose = user);

// Asks whoever's session has ended to sign in, above the page, and sends the form again then. `page` is the page for it.
export const signIn = (form, submitter, page) => {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "again-title");
  dialog.innerHTML = `
    <form class="form" method="post" novalidate>
      <h2 id="again-title">Sign in again</h2>
      <p>Your session has ended. Nothing you typed is lost.</p>
      <p class="form-summary" role="alert" hidden></p>
      <div class="field"><label class="field-label" for="again-email">Email</label>
        <input id="again-email" class="input" type="email" name="email" autocomplete="username"></div>
      <div class="field"><label class="field-label" for="again-password">Password</label>
        <input id="again-password" class="input" type="password" name="password" autocomplete="current-password"></div>
      <div class="form-actions"><button class="button primary">Sign in</button>
        <a class="button secondary" rel="external">Open the full sign-in page</a></div>
    </form>`;
  const asks = dialog.querySelector("form");
  dialog.querySelector("a").href = page;
  asks.elements.email.value = whose;
  asks.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const said = asks.querySelector("[role=alert]");
    const body = new URLSearchParams(new FormData(asks));
    const answer = await fetch("/serverfn/sign_in", { method: "POST", headers: { accept: "application/json" }, body }).catch(() => undefined);
    if (answer?.ok) {
      dialog.close();
      form.requestSubmit(submitter);
    } else {
      const refusal = await answer?.json().catch(() => undefined);
      said.hidden = false;
      said.textContent = refusal?.message ?? "The server does not answer. Check your connection.";
      asks.elements.password.select();
    }
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  asks.elements[asks.elements.email.value ? "password" : "email"].focus();
};

export const sent = (form) => {
  form.reset();
  form.dataset.done = "";
  for (const field of form.elements) {
    delete field.dataset.touched;
    field.removeAttribute("aria-invalid");
  }
};
