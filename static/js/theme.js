// Runs before the first paint so that a chosen theme never flashes; the only blocking script.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // Storage refused: follow the system.
  }
  if (chosen && !root.dataset.theme) root.dataset.theme = chosen;

  // The browser's own bars take the colour of the theme that the learner chose.
  const paintBars = () => {
    for (const meta of document.querySelectorAll("[data-theme-color]")) {
      const { themeColor } = meta.dataset;
      const { theme } = root.dataset;
      const system = `(prefers-color-scheme: ${themeColor})`;
      meta.media = theme ? (theme === themeColor ? "all" : "not all") : system;
    }
  };
  paintBars();
  new MutationObserver(paintBars).observe(root, { attributeFilter: ["data-theme"] });
})();
