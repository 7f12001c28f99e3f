// What every page has: theme switch, menus, copy buttons, selection helpers.
import { announce, attachAll, registerWorker } from "./dom.js";

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
    show();
  });
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

function outlineBox(details) {
  // On a phone the outline starts closed; without scripts it stays open and readable.
  if (matchMedia("(max-width: 66rem)").matches) {
    details.open = false;
    return;
  }
  const current = details.querySelector("[aria-current]");
  const box = details.closest(".lesson__aside");
  // Beside the text the outline scrolls by itself: begin where the reader is.
  if (current && box) box.scrollTop = current.offsetTop - box.clientHeight / 2;
}

attachAll(document, {
  "[data-copy]": copyButton,
  "[data-outline-box]": outlineBox,
  "[data-theme-switch]": themeSwitch,
  "details.menu": menu,
});

// After everything that the reader waits for.
addEventListener("load", () => registerWorker().catch(() => {}));
