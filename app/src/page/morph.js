// Makes a node look like HTML that the server made anew, touching only what differs.
import { Idiomorph } from "idiomorph";

// Whether somebody has typed into a form, or chosen something, and not sent it.
const touched = (form) =>
  form.method === "post" &&
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

export const morph = (node, html, keep) =>
  void Idiomorph.morph(node, html, {
    morphStyle: "innerHTML",
    ignoreActiveValue: keep,
    callbacks: {
      beforeNodeMorphed: (old) => !(keep && old instanceof HTMLFormElement && touched(old)),
      // What somebody has opened stays open, what somebody has ticked in a list stays ticked.
      beforeAttributeUpdated: (name, element) => !(keep && name === "open" && element instanceof HTMLDetailsElement),
    },
  });

export const sent = (form) => form.reset();
