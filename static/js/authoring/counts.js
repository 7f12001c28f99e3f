// Words and minutes of a text, while it is written.

const PER_MINUTE = { ko: 130, en: 200 };
const CODE_LINES_PER_MINUTE = 12;

/** Count the words that are read, and the lines of code, which are read more slowly. */
function measure(text) {
  const blocks = text.match(/^```[\s\S]*?^```/gm) ?? [];
  const prose = text.replace(/^```[\s\S]*?^```/gm, " ").replace(/\[\[[^\]]*\]\]/g, " ");
  const words = prose.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [];
  return { words: words.length, lines: blocks.join("\n").split("\n").length - (blocks.length ? 0 : 1) };
}

export function attachCounts(line) {
  const part = line.closest("[data-language]");
  const field = part.querySelector('[data-writes="body"]');
  const show = () => {
    const { words, lines } = measure(field.value);
    const speed = PER_MINUTE[part.dataset.language] ?? PER_MINUTE.en;
    const minutes = Math.max(1, Math.round(words / speed + lines / CODE_LINES_PER_MINUTE));
    line.textContent = line.dataset.counted
      .replace("998", words.toLocaleString(document.documentElement.lang))
      .replace("999", String(minutes));
  };
  field.addEventListener("input", show);
  show();
}
