// The link "Report it" takes along what the reader has selected on the page.

const LONGEST = 600;

/** Remember the last selection inside the lesson: a click on the link may clear it. */
export function carrySelection(link) {
  const address = link.href;
  let quote = "";
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const text = selection?.toString().trim() ?? "";
    if (text && inContent(selection.anchorNode)) quote = text.slice(0, LONGEST);
    else if (text) quote = "";
  });
  const fill = () => {
    link.href = quote ? withQuote(address, quote) : address;
  };
  for (const event of ["pointerdown", "focus", "click"]) link.addEventListener(event, fill);
}

/** The report form's address with these words as the passage that it is about. */
export function withQuote(address, quote) {
  const url = new URL(address);
  url.searchParams.set("quote", quote);
  return url.href;
}

function inContent(node) {
  const element = node instanceof Element ? node : node?.parentElement;
  return Boolean(element?.closest("#main")) && !element.closest("textarea, input");
}
