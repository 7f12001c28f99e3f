// Dragging in the outline: it only changes the number fields, saving stays the form's work.

/** Let lessons be dragged by their handles, within and between chapters. */
export function attachOutline(form) {
  const state = form.querySelector("[data-outline-state]");
  let dragged = null;

  const renumber = (list) => {
    const chapter = list.closest("[data-chapter]").dataset.chapter;
    [...list.querySelectorAll("[data-lesson-row]")].forEach((row, index) => {
      row.querySelector("[data-position]").value = String(index + 1);
      row.querySelector("[data-chapter-of]").value = chapter;
    });
  };

  for (const handle of form.querySelectorAll("[data-handle]")) {
    handle.hidden = false;
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      dragged = handle.closest("[data-lesson-row]");
      dragged.classList.add("outline__lesson--dragged");
    });
  }
  // On the document: a row that moves in the page would lose a capture of its own.
  document.addEventListener("pointermove", (event) => {
    if (dragged) move(dragged, event.clientX, event.clientY);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => {
      if (!dragged) return;
      dragged.classList.remove("outline__lesson--dragged");
      dragged = null;
      form.querySelectorAll("[data-lessons]").forEach(renumber);
      state.textContent = form.dataset.moved;
    });
  }
}

function move(row, x, y) {
  const under = document.elementFromPoint(x, y);
  const other = under?.closest("[data-lesson-row]");
  if (other && other !== row) {
    const middle = other.getBoundingClientRect();
    if (y > middle.top + middle.height / 2) other.after(row);
    else other.before(row);
    return;
  }
  const list = under?.closest("[data-chapter]")?.querySelector("[data-lessons]");
  if (list && !list.contains(row)) list.append(row);
}
