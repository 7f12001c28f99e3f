// Shows each Markdown field as its page will: the server renders, with the same function.
import { fragment } from "../dom.js";
import { questionNames, sampleNames } from "./inserting.js";
import { jumpTo } from "./text.js";

const QUIET = 600;

/** Give every Markdown field of the form a live preview. */
export function attachPreviews(form) {
  for (const field of form.querySelectorAll("[data-markdown]")) attach(form, field);
}

function attach(form, field) {
  const name = field.dataset.markdown;
  const part = field.closest("[data-language]");
  const box = part.querySelector(`[data-preview-box="${name}"]`);
  const shown = part.querySelector(`[data-preview-of="${name}"]`);
  const problems = part.querySelector(`[data-problems="${name}"]`);
  let timer = 0;
  let asked = 0;

  const refresh = async () => {
    const number = ++asked;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("language", part.dataset.language);
    body.set("field", name);
    body.set("source", field.value);
    body.set("samples", sampleNames(form).join(" "));
    body.set("questions", questionNames(form).join(" "));
    const response = await fetch(form.dataset.preview, { method: "POST", body }).catch(() => null);
    if (!response?.ok) return;
    const answer = await answerOf(response, form.dataset.signedOut);
    if (!answer || number !== asked) return;
    if (answer.html || !answer.problems.length) shown.replaceChildren(fragment(answer.html));
    const { lines = [], warnings = [] } = answer;
    problems.replaceChildren(
      ...answer.problems.map((text, index) => item(field, text, lines[index])),
      ...warnings.map(({ text, line }) => item(field, text, line, "studio__warning")),
    );
    problems.hidden = !problems.children.length;
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, QUIET);
  };
  field.addEventListener("input", soon);
  box.addEventListener("toggle", () => {
    if (box.open) refresh();
  });
  if (box.open && field.value) refresh();
}

/** What the server rendered and found; without a session it sends the sign-in page instead. */
async function answerOf(response, signedOut) {
  if (response.redirected) return { problems: [signedOut] };
  return response.json().catch(() => null);
}

/** A problem; where its line is known it leads there. */
function item(field, text, line, style = "") {
  const found = document.createElement("li");
  found.className = style;
  if (!line) {
    found.textContent = text;
    return found;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "studio__jump";
  button.textContent = text;
  button.addEventListener("click", () => jumpTo(field, line));
  found.append(button);
  return found;
}
