// Ctrl+S (or Cmd+S) saves the form that is being written.

/** The keys press the form's own save button, so that everything else hears of it as of a click. */
export function attachSaveKeys(form) {
  document.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, isComposing, repeat } = event;
    if (key.toLowerCase() !== "s" || ctrlKey === metaKey || altKey || isComposing) return;
    event.preventDefault();
    if (!repeat) form.querySelector("[data-save]").click();
  });
}
