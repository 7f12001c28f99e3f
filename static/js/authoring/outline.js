// Dragging in the outline: it only changes the number fields, saving stays the form's work. And
// what is typed into the search is looked for at once, among the rows that are there.

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

/** Ticking many at once, and how many are ticked. */
export function attachChoosing(form) {
  const boxes = [...form.querySelectorAll("[data-chosen]")];
  const count = form.querySelector("[data-chosen-count]");
  const all = form.querySelector("[data-choose-all]");
  if (!all) return;
  const shown = () => boxes.filter((box) => !box.closest("[data-lesson-row]").hidden);
  const say = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = ticked ? `(${ticked})` : "";
  };
  let last = null;
  form.addEventListener("click", ({ target, shiftKey }) => {
    if (!boxes.includes(target)) return;
    const rows = shown();
    if (shiftKey && last) {
      const [from, to] = [rows.indexOf(last), rows.indexOf(target)].sort((a, b) => a - b);
      for (const box of rows.slice(Math.max(from, 0), to + 1)) box.checked = target.checked;
    }
    last = target;
    say();
  });
  all.addEventListener("click", () => {
    const rows = shown();
    const isOn = !rows.every((box) => box.checked);
    for (const box of rows) box.checked = isOn;
    say();
  });
  say();
}

/** Show the rows that have all words, while they are typed; Enter asks the server. */
export function attachOutlineSearch(field) {
  const rows = [...document.querySelectorAll("[data-lesson-row]")];
  const folds = [...document.querySelectorAll("[data-fold]")];
  const before = folds.map((fold) => fold.open);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    folds.forEach((fold, index) => {
      const has = fold.querySelector("[data-lesson-row]:not([hidden])") !== null;
      fold.open = words.length ? has : before[index];
      fold.closest("[data-chapter]").hidden = words.length > 0 && !has;
    });
  });
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
