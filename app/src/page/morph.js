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

// Escape closes what floats over the page; the cursor does not get lost in it.
document.addEventListener("keydown", ({ key, target }) => {
  const open = key === "Escape" && target.closest?.(".menu[open], .switcher[open], .account[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// Fields that offer the addresses of a tenant's users which begin with what is typed.
const suggest = async (field) => {
  const [list, typed] = [field.list, field.value];
  const body = new URLSearchParams({ tenant: list.dataset.suggest, typed });
  const answer = await fetch("/serverfn/suggest_users", { method: "POST", headers: { accept: "application/json" }, body }).catch(() => undefined);
  if (!answer?.ok || field.value !== typed) return;
  list.replaceChildren(...(await answer.json()).map((value) => Object.assign(document.createElement("option"), { value })));
};
document.addEventListener("input", ({ target }) => {
  if (target.value && target.list?.dataset.suggest) suggest(target);
});

// The field in the top bar: Ctrl K leads to it, what is typed is sought at once, arrows walk through what is found.
const finder = () => document.querySelector("[data-finder]");
const closeFinder = () => finder()?.querySelector(".finder-found")?.remove();
let asked = 0;
const seek = async (form) => {
  const turn = ++asked;
  const query = new URLSearchParams(new FormData(form));
  if (!query.get("q").trim()) return closeFinder();
  const body = new URLSearchParams({ address: `/find?${query}` });
  const answer = await fetch("/serverfn/make_page", { method: "POST", headers: { accept: "application/json" }, body }).catch(() => undefined);
  if (!answer?.ok || turn !== asked) return;
  const page = document.createElement("template");
  page.innerHTML = (await answer.json()).html;
  const found = page.content.querySelector("[data-results]");
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

// Whether somebody is at a form that would be made anew with its page: one that is not worked into what is there.
export const typing = () =>
  [...document.querySelectorAll("#content form")].some((form) => form.method === "post" && !form.closest("[data-made]") && touched(form));

export const morph = (node, html, keep) =>
  void Idiomorph.morph(node, html, {
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

// Fields whose value is their own: neither hidden nor a choice.
const lines = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden" && (field.matches("textarea") || field.matches("input:not([type=checkbox], [type=radio])")));

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
  for (const field of form.elements) {
    delete field.dataset.touched;
    field.removeAttribute("aria-invalid");
  }
  // What was wrong with it is not any more.
  for (const said of form.querySelectorAll(".form-summary")) said.remove();
};
