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
})();
