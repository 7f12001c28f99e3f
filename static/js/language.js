// "Read this site in English": theme.js shows it, before the first paint, to who wants the other
// language. That happens in the browser, so that all share the same page and no address leads
// elsewhere by itself.

/** `offer` leads to this page in another language; who says no is not asked again. */
export function attachLanguage(offer) {
  offer.querySelector("button").addEventListener("click", () => {
    localStorage.setItem("language-declined", "1");
    offer.remove();
    document.querySelector("main").focus();
  });
}

/** Remember the language of a link that leads to a page in it. */
export function rememberLanguage({ target }) {
  const chosen = target.closest?.("a[hreflang]")?.hreflang;
  if (!chosen) return;
  try {
    localStorage.setItem("language", chosen);
  } catch {
    // Storage refused: nothing is offered then, either.
  }
}
