// What every page has: theme switch, menus, copy buttons, selection helpers.
import { attachAll } from "./dom.js";

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
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
}

attachAll(document, {
  "[data-theme-switch]": themeSwitch,
  "details.menu": menu,
});
