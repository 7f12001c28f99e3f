// The buttons above the text: they only type Markdown, which stays what is saved.
import { insertBlock, prefix, replace, wrap } from "./text.js";

const BLOCKS = {
  callout: (words) => `!!! note "${words.title}"\n    ${words.text}`,
  table: ({ text }) => `| ${text} | ${text} |\n|---|---:|\n| ${text} | 1 |\n| ${text} | 2 |`,
  display: () => "$$\n\\sum_{i=1}^n x_i\n$$",
  fence: (words, chosen) => `\`\`\`python\n${chosen || "print(1)"}\n\`\`\``,
};

const ACTS = {
  bold: (field, words) => wrap(field, "**", "**", words.text),
  code: (field) => wrap(field, "`", "`", "x"),
  formula: (field) => wrap(field, "$", "$", "x^2"),
  heading: (field, words) => prefix(field, "## ", words.title),
  list: (field, words) => prefix(field, "- ", words.text),
  link: (field, words) => link(field, words.text),
};

const KEYS = { b: "bold", k: "link" };

/** A link whose address is selected, because it has to be typed still. */
function link(field, otherwise) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const inner = value.slice(start, end) || otherwise;
  const address = "https://";
  replace(field, start, end, `[${inner}](${address})`);
  const from = start + inner.length + 3;
  field.setSelectionRange(from, from + address.length);
}

function act(name, field, words) {
  if (ACTS[name]) return ACTS[name](field, words);
  const chosen = field.value.slice(field.selectionStart, field.selectionEnd);
  return insertBlock(field, BLOCKS[name](words, chosen));
}

/** The Markdown field of a language that was written in last; its text at first. */
export function fieldOf(part) {
  const fields = [...part.querySelectorAll("[data-writes]")];
  let current = fields[0];
  part.addEventListener("focusin", ({ target }) => {
    if (fields.includes(target)) current = target;
  });
  return () => current;
}

/** Show a language's toolbar and let its buttons and keys write. */
export function attachToolbar(bar) {
  const part = bar.closest("[data-language]");
  const field = fieldOf(part);
  const words = { text: bar.dataset.text, title: bar.dataset.title };
  for (const button of bar.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => act(button.dataset.do, field(), words));
  }
  part.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey, isComposing, target } = event;
    const name = KEYS[key.toLowerCase()];
    if (!name || ctrlKey === metaKey || altKey || shiftKey || isComposing) return;
    if (!("writes" in target.dataset)) return;
    event.preventDefault();
    act(name, target, words);
  });
}
