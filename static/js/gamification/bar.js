// Puts new numbers into the bar that the server rendered.

/** Show a bar's JSON in every bar of `scope` ("" = the whole site) on the page. */
export function showBar(bar, scope = "") {
  for (const root of document.querySelectorAll("[data-bar]")) {
    if (root.dataset.bar === scope) fill(root, bar);
  }
}

function fill(root, bar) {
  for (const field of root.querySelectorAll("[data-field]")) {
    const value = bar[field.dataset.field];
    if (value !== undefined) field.textContent = String(value);
  }
  const climbing = bar.level_span > 0;
  const meter = root.querySelector('[data-field="level_meter"]');
  meter.max = bar.level_span || 1;
  meter.value = climbing ? bar.level_xp : 1;
  for (const part of root.querySelectorAll("[data-when]")) {
    part.hidden = climbing !== (part.dataset.when === "climbing");
  }
}
