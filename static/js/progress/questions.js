// Questions on a lesson's page: the verdict at once and without a network, the answer into the log.
import { givenValue, isRight } from "./judging.js";
import { attempt, isDone, live } from "./log.js";
import { changed, knows, scope } from "./ui.js";

const given = (form) => new FormData(form).getAll("answer").map(String);

function say(form, kind) {
  const box = form.querySelector("[data-verdict]");
  const name = kind === "none" && form.dataset.kind === "number" ? "noneNumber" : kind;
  box.dataset.kind = kind;
  box.textContent = ""; // the same words again are news, too
  box.textContent = box.dataset[name];
}

/** The reason, which no page shows before an answer. */
function showWhy(form) {
  const template = form.querySelector("template");
  if (!template || form.querySelector(".question__why")) return;
  template.before(template.content.cloneNode(true));
}

function check(form, event) {
  const target = form.dataset.question;
  const { kind, answers } = form.dataset;
  event.preventDefault();
  const answer = givenValue(kind, given(form));
  if (answer === null) {
    say(form, "none");
    return;
  }
  const right = isRight(kind, target, answer, answers);
  say(form, right ? "right" : "wrong");
  showWhy(form);
  // A question that is done stays done: only what can change something is kept.
  if (isDone(live(scope()), target)) return;
  attempt(scope(), target, answer, right);
  changed();
}

function show(form) {
  if (knows(form.dataset.question)) {
    form.dataset.done = String(isDone(live(scope()), form.dataset.question));
  }
}

/** A question's form; without what to judge by (a draft) the server answers. */
export function attachQuestion(form) {
  if (!form.dataset.answers) return;
  form.addEventListener("submit", (event) => check(form, event));
  document.addEventListener("progress:shown", () => show(form));
  show(form);
}
