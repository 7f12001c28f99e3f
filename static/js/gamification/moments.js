// Level-up and achievement moments: shown without moving the focus, said to screen readers,
// closed by their button or by Escape. All motion is in the style sheet.
import { announce } from "../dom.js";

/** Show what an Outcome (its JSON) gives to celebrate; does nothing when there is nothing. */
export function showMoments(outcome) {
  const moments = outcome?.moments ?? [];
  const region = document.querySelector("[data-moments]");
  const template = document.querySelector("[data-moment-template]");
  if (!moments.length || !region || !template) return;
  const card = template.content.firstElementChild.cloneNode(true);
  const list = card.querySelector("ul");
  const blank = list.firstElementChild;
  list.replaceChildren(...moments.map((moment) => filled(blank.cloneNode(true), moment)));
  dismissable(card);
  region.replaceChildren(card);
  announce(moments.map(({ kicker, title, text }) => [kicker, title, text].join(" ")).join(". "));
}

function filled(item, moment) {
  for (const word of item.querySelectorAll("[data-word]")) {
    word.textContent = moment[word.dataset.word] ?? "";
  }
  return item;
}

function dismissable(card) {
  const close = () => {
    const hadFocus = card.contains(document.activeElement);
    card.remove();
    document.removeEventListener("keydown", onKey);
    if (hadFocus) document.querySelector("main").focus({ preventScroll: true });
  };
  const onKey = (event) => {
    if (event.key === "Escape" && !event.isComposing) close();
  };
  card.querySelector("[data-dismiss]").addEventListener("click", close);
  document.addEventListener("keydown", onKey);
}

for (const card of document.querySelectorAll("[data-moments] [data-moment]")) dismissable(card);
