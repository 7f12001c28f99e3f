// A combobox of the ARIA practices: the focus stays in the field, arrows choose, Enter goes there.
import { fragment } from "./dom.js";

const PAUSE = 150; // milliseconds without a key
const LONGEST = 1500; // characters of a pasted traceback: addresses can't be long
const attached = new WeakSet();

/** Show suggestions below the form's field; calling it again changes nothing. */
export function suggest(form) {
  if (attached.has(form)) return;
  attached.add(form);
  const input = form.querySelector("input");
  const list = form.querySelector("[role=listbox]");
  let asked = "";
  let pause = 0;
  let chosen = null;

  Object.entries({ role: "combobox", "aria-controls": list.id, "aria-autocomplete": "list" })
    .forEach(([name, value]) => input.setAttribute(name, value));
  close();

  function choose(option) {
    chosen?.removeAttribute("aria-selected");
    chosen = option;
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    choose(null);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  }

  async function ask() {
    const query = input.value.trim();
    asked = query;
    if (!query) return close();
    let html;
    try {
      const answer = await fetch(`${form.dataset.suggestions}?${new URLSearchParams({ q: query })}`);
      if (!answer.ok) return close();
      html = await answer.text();
    } catch {
      return close(); // Offline: the form still says so when it is sent.
    }
    if (asked !== query || document.activeElement !== input) return undefined;
    choose(null);
    list.replaceChildren(fragment(html));
    list.hidden = !list.childElementCount;
    input.setAttribute("aria-expanded", String(!list.hidden));
    return undefined;
  }

  function step(by) {
    const options = [...list.children];
    const at = options.indexOf(chosen) + by;
    // Before the first and behind the last is the field itself.
    choose(options[at === -2 ? options.length - 1 : at] ?? null);
  }

  input.addEventListener("input", () => {
    clearTimeout(pause);
    asked = "";
    pause = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return; // Korean is being composed.
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter" && chosen) location.assign(chosen.dataset.url);
    else return;
    event.preventDefault();
  });
  // A field of one line would glue the lines of a traceback together. Its end is what counts.
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text.includes("\n")) return;
    event.preventDefault();
    input.setRangeText(text.slice(-LONGEST).replace(/\s*\n\s*/g, " "), input.selectionStart, input.selectionEnd, "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  input.addEventListener("blur", close);
  // Not a click: the field would lose the focus first.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
}
