// Adds rows to a Django formset from its <template>.

/** Let the button of a formset add an empty row. */
export function attachRows(section) {
  const button = section.querySelector("[data-add]");
  const template = section.querySelector("template");
  const list = section.querySelector("[data-list]");
  const total = section.querySelector('[name$="-TOTAL_FORMS"]');
  button.hidden = false;
  button.addEventListener("click", () => {
    const row = template.content.cloneNode(true);
    for (const element of row.querySelectorAll("*")) {
      for (const attribute of ["name", "id", "for"]) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, value.replace("__prefix__", total.value));
      }
    }
    total.value = String(Number(total.value) + 1);
    list.append(row);
    list.lastElementChild.querySelector("input")?.focus();
  });
}
