// A textarea for code: Tab indents (Escape and then Tab leaves), a new line keeps its indent,
// Ctrl+Enter runs. Typing goes through the browser, so that its own undo works.

const INDENT = "    ";

/** Replace what is selected. */
function insert(area, text) {
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

const startOfLine = (area) => area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;

/** Take all lines of the selection, change them, and select them again when there are many. */
function changeLines(area, change) {
  const start = startOfLine(area);
  const { selectionStart, selectionEnd } = area;
  const lines = area.value.slice(start, selectionEnd).split("\n");
  const changed = lines.map(change);
  if (changed.join() === lines.join()) return;
  area.setSelectionRange(start, selectionEnd);
  insert(area, changed.join("\n"));
  if (lines.length > 1) area.setSelectionRange(start, start + changed.join("\n").length);
  else {
    const moved = selectionStart + changed[0].length - lines[0].length;
    area.setSelectionRange(Math.max(start, moved), Math.max(start, moved));
  }
}

function indent(area) {
  if (area.value.slice(area.selectionStart, area.selectionEnd).includes("\n")) {
    changeLines(area, (line) => (line ? INDENT + line : line));
    return;
  }
  const column = area.selectionStart - startOfLine(area);
  insert(area, " ".repeat(INDENT.length - (column % INDENT.length)));
}

const unindent = (area) => changeLines(area, (line) => line.replace(/^( {1,4}|\t)/, ""));

function newLine(area) {
  const line = area.value.slice(startOfLine(area), area.selectionStart);
  const more = /:\s*(#.*)?$/.test(line) ? INDENT : "";
  insert(area, `\n${line.match(/^[ \t]*/)[0]}${more}`);
}

/** Attach; returns {text, set, focus, mark}. `mark(line)` marks the line that failed, null none. */
export function attachEditor(box, { onChange, onRun }) {
  const area = box.querySelector("textarea");
  const numbers = box.querySelector(".code-editor__numbers");
  let leaving = false; // Escape was pressed: the next Tab goes on to the next control

  const fit = () => {
    const count = area.value.split("\n").length;
    area.rows = Math.max(3, count);
    while (numbers.children.length > area.rows) numbers.lastChild.remove();
    while (numbers.children.length < area.rows) {
      const number = document.createElement("span");
      number.textContent = String(numbers.children.length + 1);
      numbers.append(number);
    }
  };
  const mark = (line) => {
    for (const [index, number] of [...numbers.children].entries()) {
      number.toggleAttribute("data-failed", index + 1 === line);
    }
  };
  const set = (text) => {
    area.value = text;
    fit();
    mark(null);
  };

  area.addEventListener("input", () => {
    fit();
    mark(null);
    onChange(area.value);
  });
  area.addEventListener("blur", () => {
    leaving = false;
  });
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onRun();
    } else if (event.key === "Enter" && plain && !event.shiftKey) {
      event.preventDefault();
      newLine(area);
    } else if (event.key === "Tab" && plain && !leaving) {
      event.preventDefault();
      if (event.shiftKey) unindent(area);
      else indent(area);
    }
    if (event.key === "Escape") leaving = true;
    else if (event.key !== "Tab" && event.key !== "Shift") leaving = false;
  });
  return { text: () => area.value, set, mark, focus: () => area.focus({ preventScroll: true }) };
}
