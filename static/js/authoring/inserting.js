// Samples, questions, terms and pictures are chosen from a list rather than typed by their names.
import { insertBlock, replace } from "./text.js";
import { fieldOf } from "./toolbar.js";

const ID = /^\s*-?\s*id:\s*['"]?([a-z0-9-]+)/gm;

const removed = (input) => input.closest("[data-item]")?.querySelector("[name$=-DELETE]")?.checked;

export const sampleNames = (form) =>
  [...form.querySelectorAll("[name^=samples-][name$=-file]")]
    .filter((input) => input.value && !removed(input))
    .map((input) => input.value.replace(/^.*\//, "").replace(/\.[^.]*$/, ""));

export const questionNames = (form) => [
  ...new Set(
    [...form.querySelectorAll("[name$=-questions]")].flatMap((field) =>
      [...field.value.matchAll(ID)].map((found) => found[1]),
    ),
  ),
];

function fill(group, kind, names) {
  group.replaceChildren(
    ...names.map((name) => new Option(name, `[[${kind}:${name}]]`)),
  );
  group.hidden = !names.length;
}

/** The first name that nothing of the lesson has, nor ever had. */
function freeName(form, taken) {
  const stem = form.elements.slug.value || "new";
  for (let number = 1; ; number++) {
    const name = `${stem}-${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** Write a question of this kind below the others; returns its name. */
function newQuestion(form, kind) {
  const field = form.querySelector("[data-source-language] [name$=-questions]");
  const used = (form.dataset.usedQuestions ?? "").split(" ");
  const name = freeName(form, [...used, ...questionNames(form)]);
  const skeleton = form.querySelector(`template[data-skeleton="${kind}"]`).content.textContent;
  const before = field.value.trimEnd();
  const words = skeleton
    .trim()
    .replaceAll("NAME", name)
    .replaceAll("SAMPLE", () => sampleNames(form).at(-1) ?? newSample(form));
  field.value = before ? `${before}\n${words}\n` : `${words}\n`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return name;
}

/** Add a sample of its own; returns its name. */
function newSample(form) {
  const name = freeName(form, sampleNames(form));
  form.querySelector("[data-rows=samples] [data-add]").click();
  const files = form.querySelectorAll("[data-rows=samples] [data-list] [name$=-file]");
  files[files.length - 1].value = `samples/${name}.py`;
  return name;
}

const NEW = {
  sample: (form) => `[[sample:${newSample(form)}]]`,
  question: (form, kind) => `[[question:${newQuestion(form, kind)}]]`,
};

/** Open the glossary beside the lesson; the list is read anew when the author comes back to it. */
function newTerm(terms) {
  terms.dataset.stale = "";
  window.open(terms.dataset.terms, "_blank", "noopener");
}

async function refillTerms(terms) {
  if (!("stale" in terms.dataset)) return;
  try {
    const answer = await fetch(terms.dataset.terms, { headers: { "X-Requested-With": "fetch" } });
    if (answer.ok) fill(terms, "term", (await answer.json()).keys);
  } catch {
    // The old list stays; the term's name can be typed.
  }
}

/** Where what was added is to be written. */
function showNew(form, kind) {
  const rows = form.querySelectorAll("[data-rows=samples] [data-list] [name$=-source]");
  const questions = form.querySelector("[data-source-language] [name$=-questions]");
  const place = kind === "sample" ? rows[rows.length - 1] : questions;
  place?.focus();
  if (kind === "question") {
    place.closest("[data-steps]").querySelector("[data-preview-box]").open = true;
    place.rows = 14;
    place.scrollTop = place.scrollHeight;
  }
  place?.scrollIntoView({ block: "center" });
}

/** Let the list insert what was chosen at the cursor. */
export function attachInserting(box) {
  const form = box.closest("form");
  const field = fieldOf(box.closest("[data-language]"));
  const list = box.querySelector("select");
  const terms = list.querySelector("[data-terms]");
  const refill = () => {
    refillTerms(terms);
    fill(list.querySelector("[data-samples]"), "sample", sampleNames(form));
    fill(list.querySelector("[data-questions]"), "question", questionNames(form));
  };
  refill();
  list.addEventListener("focus", refill);
  box.querySelector("button").addEventListener("click", () => {
    const { value } = list;
    if (!value) return list.focus();
    if (value === "new/term") {
      list.value = "";
      return newTerm(terms);
    }
    const [isNew, what, kind] = value.split("/");
    const words = isNew === "new" ? NEW[what](form, kind) : value;
    if (words.startsWith("[[term:")) replace(field(), field().selectionStart, field().selectionEnd, words);
    else insertBlock(field(), words);
    list.value = "";
    if (isNew === "new") showNew(form, what);
  });
}
