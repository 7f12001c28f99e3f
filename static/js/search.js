// Suggestions come with the first focus of a search field; without them it is a plain form.
for (const form of document.querySelectorAll("[data-search]")) {
  const input = form.querySelector("input");
  const load = () => import("./suggest.js").then(({ suggest }) => suggest(form), () => {});
  if (document.activeElement === input) load();
  else input.addEventListener("focus", load, { once: true });
}
