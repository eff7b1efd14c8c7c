// Makes a node look like HTML that the server made anew, touching only what differs.
import { Idiomorph } from "idiomorph";

// Whether somebody has typed into a form, or chosen something, and not sent it; or is told what is wrong with it.
const touched = (form) =>
  form.querySelector("[aria-invalid=true], .form-summary") !== null ||
  [...form.elements].some((field) =>
    field.options
      ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.dataset.touched !== undefined
      : field.type === "checkbox" || field.type === "radio"
        ? field.checked !== field.defaultChecked
        : field.defaultValue !== undefined && field.type !== "hidden" && field.value !== field.defaultValue,
  );

// Selects say nothing of where they began where no option is marked; so the first change is noted.
document.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLSelectElement) target.dataset.touched = "";
});

// Buttons that copy what they name.
document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-copy]") : null;
  if (!button || !navigator.clipboard) return;
  navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 2000);
});

// Fields that narrow down what is on the page already.
document.addEventListener("input", ({ target }) => {
  const list = target.dataset?.find;
  if (!list) return;
  const sought = target.value.toLowerCase();
  for (const one of document.querySelectorAll(`[data-found="${list}"] [data-name]`)) one.hidden = !one.dataset.name.includes(sought);
});

// The field in the top bar: Ctrl K leads to it, what is typed is sought at once, arrows walk through what is found.
const finder = () => document.querySelector("[data-finder]");
const closeFinder = () => finder()?.querySelector(".finder-found")?.remove();
let asked = 0;
// What the page that the form leads to says was found.
const results = async (form) => {
  const body = new URLSearchParams({ address: `/find?${new URLSearchParams(new FormData(form))}` });
  const answer = await fetch("/serverfn/make_page", { method: "POST", headers: { accept: "application/json" }, body }).catch(() => undefined);
  if (!answer?.ok) return undefined;
  const page = document.createElement("template");
  page.innerHTML = (await answer.json()).html;
  return page.content.querySelector("[data-results]");
};
const seek = async (form) => {
  const turn = ++asked;
  if (!form.elements.q.value.trim()) return closeFinder();
  const found = await results(form);
  if (!found || turn !== asked || !form.contains(document.activeElement)) return;
  found.className = "finder-found";
  closeFinder();
  form.append(found);
};
document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("[data-finder]");
  if (form) setTimeout(seek, 120, form);
});
document.addEventListener("keydown", (event) => {
  const form = finder();
  if (!form) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "k") {
    event.preventDefault();
    form.elements.q.select();
    form.elements.q.focus();
  } else if (form.contains(document.activeElement)) {
    const stops = [form.elements.q, ...form.querySelectorAll(".finder-found a")];
    const at = stops.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (stops[to]) {
      event.preventDefault();
      stops[to].focus();
    } else if (event.key === "Escape") {
      closeFinder();
      form.elements.q.focus();
    }
  }
});
document.addEventListener("focusin", ({ target }) => finder()?.contains(target) || closeFinder());
document.addEventListener("click", ({ target }) => {
  const form = finder();
  if (!form?.contains(target) || target.closest("a")) closeFinder();
});

// The field in the switcher finds among all tenants, not only those that are listed below it.
let sought = 0;
const switching = async (form) => {
  const turn = ++sought;
  const known = form.parentElement.querySelector(".switcher-known");
  const found = form.elements.q.value.trim() ? await results(form) : null;
  if (turn !== sought || found === undefined) return;
  form.parentElement.querySelector(".switcher-found")?.remove();
  known.hidden = found !== null;
  if (found) {
    found.className = "switcher-found";
    known.after(found);
  }
};
document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("[data-switch]");
  if (form) setTimeout(switching, 120, form);
});

// Whether somebody is at a form that would be made anew with its page: one that is not worked into what is there.
export const typing = () =>
  [...document.querySelectorAll("#content form")].some((form) => form.method === "post" && !form.closest("[data-made]") && touched(form));

export const morph = (node, html, keep) => {
  // Where the session has ended, what was typed waits for the next.
  if (keep && html.includes("data-signed-out") && [...node.querySelectorAll("form")].some(touched)) return;
  Idiomorph.morph(node, html, {
    morphStyle: "innerHTML",
    callbacks: {
      // A box that is ticked in a list may belong to a form that stands below it.
      beforeNodeMorphed: (old) => {
        const form = old instanceof HTMLFormElement ? old : old.form;
        return !(keep && form && touched(form));
      },
      // What somebody has opened stays open.
      beforeAttributeUpdated: (name, element) => !(keep && name === "open" && element instanceof HTMLDetailsElement),
    },
  });
};

// Fields whose value is their own: neither hidden nor a choice.
const lines = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden" && (field.matches("textarea") || field.matches("input:not([type=checkbox], [type=radio])")));

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
        <a class="button secondary" rel="external">On a page of its own</a></div>
    </form>`;
  const asks = dialog.querySelector("form");
  dialog.querySelector("a").href = page;
  asks.elements.email.value = document.querySelector(".account-name")?.textContent ?? "";
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

// What a form holds as it is sent.
export const sending = (form) => new Map(lines(form).map((field) => [field.name, field.value]));

// Shows what the server says of what was sent; what somebody has typed since then stays.
export const answered = (node, html, form, held) => {
  const since = lines(form).filter((field) => held.get(field.name) !== field.value);
  const typed = since.map((field) => [field.name, field.value]);
  morph(node, html, false);
  for (const [name, value] of typed) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }
};

export const sent = (form) => {
  form.reset();
  for (const field of form.elements) delete field.dataset.touched;
};
