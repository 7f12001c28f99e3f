// "Read this site in English": offered where the page is in another language than the reader chose
// here, or than the browser prefers. It happens in the browser, so that all share the same page and
// no address leads elsewhere by itself. Who says no is not asked again.
const CHOSEN = "language";
const DECLINED = "language-declined";

function isWanted(language) {
  if (localStorage.getItem(DECLINED)) return false;
  const here = [document.documentElement.lang, language];
  const known = navigator.languages.map((tag) => tag.slice(0, 2)).find((code) => here.includes(code));
  // A browser that asks for neither: more of its readers know English.
  return (localStorage.getItem(CHOSEN) ?? known ?? "en") === language;
}

/** The offer, in the language that it offers. */
function makeOffer({ href, hreflang, dataset }) {
  const box = document.createElement("aside");
  box.className = "language-offer";
  box.lang = hreflang;
  box.setAttribute("aria-label", dataset.languageOffer);
  const way = document.createElement("a");
  Object.assign(way, { href, hreflang, textContent: dataset.languageOffer });
  const no = document.createElement("button");
  Object.assign(no, { type: "button", className: "button button--small button--quiet", textContent: dataset.languageDecline });
  no.addEventListener("click", () => {
    localStorage.setItem(DECLINED, "1");
    box.remove();
    document.querySelector("main").focus();
  });
  box.append(way, no);
  return box;
}

/** `link` leads to this page in another language, and has the words of the offer. */
export function attachLanguage(link) {
  document.addEventListener("click", ({ target }) => {
    const chosen = target.closest?.("a[hreflang]")?.hreflang;
    if (chosen) localStorage.setItem(CHOSEN, chosen);
  });
  if (isWanted(link.hreflang)) document.querySelector("main").before(makeOffer(link));
}
