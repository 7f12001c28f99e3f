// What every page has: theme switch, menus, copy buttons, selection helpers.
import { announce, attachAll, registerWorker } from "./dom.js";
import { attachLanguage, rememberLanguage } from "./language.js";

const THEMES = ["auto", "light", "dark"];

function applyTheme(theme) {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  try {
    if (theme === "auto") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Storage refused: the choice holds for this page.
  }
}

function themeSwitch(button) {
  const name = button.querySelector("[data-theme-name]");
  const current = () => document.documentElement.dataset.theme ?? "auto";
  const show = () => {
    name.textContent = button.dataset[current()];
    button.title = name.textContent;
  };
  button.addEventListener("click", () => {
    applyTheme(THEMES[(THEMES.indexOf(current()) + 1) % THEMES.length]);
  });
  // There is one in the header and one in the phone's menu.
  new MutationObserver(show).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  show();
}

function menu(details) {
  document.addEventListener("click", (event) => {
    if (!details.contains(event.target)) details.open = false;
  });
  details.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !details.contains(relatedTarget)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
}

function copyButton(button) {
  const text = button.querySelector("[data-copy-text]");
  const label = text.textContent;
  button.addEventListener("click", async () => {
    const source = button.closest("[data-sample]").querySelector("pre code").textContent;
    try {
      await navigator.clipboard.writeText(source);
    } catch {
      return; // No permission: the reader can still select the text.
    }
    text.textContent = button.dataset.copied;
    announce(button.dataset.copied);
    setTimeout(() => {
      text.textContent = label;
    }, 2000);
  });
}

const TYPED_INTO = "input, textarea, select, [contenteditable], dialog[open]";

/** "/" goes to the page's search field, or to the page that has one; not where somebody types. */
function slash(event) {
  if (event.key !== "/" || event.isComposing || event.defaultPrevented) return;
  if (event.ctrlKey || event.altKey || event.metaKey || document.activeElement?.closest(TYPED_INTO)) return;
  event.preventDefault(); // Firefox would look for words on this page.
  const field = document.querySelector("[role=search] input[name=q]");
  if (field) field.select(); // which focuses it, too
  else document.querySelector("[data-search-page]")?.click();
}

addEventListener("keydown", slash);
addEventListener("click", rememberLanguage);
attachAll(document, {
  "[data-copy]": copyButton,
  "[data-theme-switch]": themeSwitch,
  "[data-language-offer]": attachLanguage,
  "details.menu": menu,
});

// A form was sent, and this page tells whether the server took it.
try {
  if (sessionStorage.getItem("typed-sent")) import("./typed.js");
} catch {
  // Storage refused: nothing was kept.
}

// After everything that the reader waits for.
addEventListener("load", () => registerWorker().catch(() => {}));
