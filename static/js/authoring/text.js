// What the editor's buttons do to a textarea. Everything goes in as if it were typed, so that
// Ctrl+Z takes it back and drafts and previews hear of it.

/** Replace a range; without the browser's own command the change is made and announced by hand. */
export function replace(field, start, end, words) {
  field.focus();
  field.setSelectionRange(start, end);
  const isDone = words
    ? document.execCommand("insertText", false, words)
    : document.execCommand("delete");
  if (isDone) return;
  field.setRangeText(words, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Put marks around the selection, or around `otherwise`, which is then selected. */
export function wrap(field, before, after, otherwise) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const inner = value.slice(start, end) || otherwise;
  replace(field, start, end, before + inner + after);
  field.setSelectionRange(start + before.length, start + before.length + inner.length);
}

/** Begin each line of the selection with `mark`; where all do, take it away. */
export function prefix(field, mark, otherwise) {
  const { value } = field;
  const start = value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const after = value.indexOf("\n", field.selectionEnd);
  const end = after < 0 ? value.length : after;
  if (start === end) return wrap(field, mark, "", otherwise);
  const lines = value.slice(start, end).split("\n");
  const all = lines.every((line) => line.startsWith(mark));
  const changed = lines.map((line) => (all ? line.slice(mark.length) : mark + line)).join("\n");
  replace(field, start, end, changed);
  field.setSelectionRange(start + changed.length, start + changed.length);
}

/** Insert as a paragraph of its own at the cursor; resolves to where it begins. */
export function insertBlock(field, words) {
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const open = before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
  const close = after ? "\n\n".slice(after.match(/^\n{0,2}/)[0].length) : "\n";
  const start = field.selectionStart + open.length;
  replace(field, field.selectionStart, field.selectionEnd, open + words + close);
  return start;
}

/** How many rows each line of the field takes on screen. */
export function rowsOf(field) {
  const style = getComputedStyle(field);
  const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.font = `${style.fontSize} ${style.fontFamily}`;
  return field.value
    .split("\n")
    .map((line) => Math.max(1, Math.ceil(canvas.measureText(line).width / Math.max(room, 1))));
}

const sum = (numbers) => numbers.reduce((all, each) => all + each, 0);

/** Select a line, and scroll it into the middle. */
export function jumpTo(field, line) {
  const lines = field.value.split("\n");
  const number = Math.min(Math.max(line, 1), lines.length);
  const start = sum(lines.slice(0, number - 1).map((each) => each.length + 1));
  field.focus();
  field.setSelectionRange(start, start + lines[number - 1].length);
  const rows = rowsOf(field);
  const part = sum(rows.slice(0, number - 1)) / sum(rows);
  field.scrollTop = part * field.scrollHeight - field.clientHeight / 2;
  field.scrollIntoView({ block: "nearest" });
}
