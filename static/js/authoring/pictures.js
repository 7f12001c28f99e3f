// A picture is uploaded without leaving the form, and inserted where the author was writing.
import { attachAll } from "../dom.js";

/** Insert as a paragraph of its own at the cursor; the field is then saved like typed text. */
function insertAtCursor(field, words) {
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const open = before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
  const close = after.startsWith("\n\n") || !after ? "\n" : "\n\n";
  field.setRangeText(open + words + close, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The list of the quest's pictures, made when this is the first. */
function listIn(section) {
  const known = section.querySelector(".studio__pictures");
  if (known) return known;
  const list = document.createElement("ul");
  list.className = "studio__pictures";
  section.append(list);
  return list;
}

function addToList(section, { markdown, thumbnail }) {
  const item = document.createElement("li");
  const image = Object.assign(new Image(96, 64), { src: thumbnail, alt: "" });
  const code = document.createElement("code");
  code.textContent = markdown;
  item.append(image, code);
  listIn(section).append(item);
}

function attachUpload(upload, form) {
  const state = upload.querySelector("[data-picture-state]");
  const fields = [...form.querySelectorAll("[data-markdown]")];
  let field = fields.find((each) => each.dataset.markdown === "body") ?? fields[0];
  form.addEventListener("focusin", ({ target }) => {
    if (fields.includes(target)) field = target;
  });
  upload.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = upload.querySelector("button");
    button.disabled = true;
    state.textContent = "";
    try {
      const response = await fetch(upload.action, {
        method: "POST",
        body: new FormData(upload),
        credentials: "same-origin",
        headers: { "X-Requested-With": "fetch" },
      });
      const answer = response.redirected ? { problem: form.dataset.signedOut } : await response.json();
      if (answer.problem) {
        state.textContent = answer.problem;
      } else {
        insertAtCursor(field, answer.markdown);
        addToList(upload.parentElement, answer);
        upload.reset();
        state.textContent = upload.dataset.inserted;
      }
    } catch {
      state.textContent = upload.dataset.failed;
    }
    button.disabled = false;
  });
}

export function attachPictures(form) {
  attachAll(document, { "[data-picture-form]": (upload) => attachUpload(upload, form) });
}
