// Keys for the moderators' desk: j/k move through a list, x ticks, Enter opens; on a row's page
// each act has its letter. Nothing happens while someone types, or with a modifier key held.
(() => {
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select");
  const rows = () => [...document.querySelectorAll("#result_list tbody tr")];
  let current = -1;

  function go(step) {
    const all = rows();
    if (!all.length) return;
    all[current]?.classList.remove("desk-current");
    current = Math.min(Math.max(current + step, 0), all.length - 1);
    all[current].classList.add("desk-current");
    all[current].scrollIntoView({ block: "nearest" });
    all[current].querySelector("th a")?.focus({ preventScroll: true });
  }

  document.addEventListener("desk-go", ({ detail: row }) => go(rows().indexOf(row) - current));

  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: () => rows()[current]?.querySelector("input.action-select")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    const act = link ? () => link.click() : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-canned]")) return;
    const text = event.target.closest("form").querySelector("[name=reply], [name=reason]");
    if (text && event.target.value) text.value = event.target.value;
  });

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector("[data-desk-form] :is(textarea, input[type=number])")?.focus();
  });
})();
