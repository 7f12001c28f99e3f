// Blocking, in the head: it runs before the first paint so that a chosen theme never flashes.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  // Members have their choice in the account and the server sends it; this browser's copy is for
  // pages that know no account: without a network, after signing out, when something broke.
  const { accountTheme } = root.dataset;
  try {
    if (accountTheme === "auto") localStorage.removeItem("theme");
    else if (accountTheme) localStorage.setItem("theme", accountTheme);
    else {
      const chosen = localStorage.getItem("theme");
      if (chosen) root.dataset.theme = chosen;
    }
    // A kept page is nobody's; who reads it here may be signed in all the same (progress/store.js).
    if ("offline" in root.dataset && localStorage.getItem("lp1|here")) root.classList.add("is-signed-in");
    // Numbers of a visitor's own have their place from the first paint.
    const isOwn = (key) => key.startsWith("lp1|anon|op|");
    if (!accountTheme && Object.keys(localStorage).some(isOwn)) root.classList.add("has-log");
    // The page is offered in another language than it is in to whoever chose that one here, or whose
    // browser prefers it, until they say no (language.js). One that asks for none of the site's: more
    // of its readers know English.
    const languages = [...document.querySelectorAll("link[hreflang]")].map((each) => each.hreflang);
    const preferred = navigator.languages.map((tag) => tag.slice(0, 2)).find((code) => languages.includes(code));
    const wanted = localStorage.getItem("language") ?? preferred ?? "en";
    if (wanted !== root.lang && !localStorage.getItem("language-declined")) root.classList.add("wants-language");
  } catch {
    // Storage refused: follow the account, or the system.
  }

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
