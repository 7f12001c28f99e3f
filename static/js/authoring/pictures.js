// A picture is uploaded without leaving the form, and inserted where the author was writing: chosen
// below, pasted, or dropped onto the text.
import { attachAll } from "../dom.js";
import { insertBlock } from "./text.js";

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

async function send(upload, body, signedOut) {
  try {
    const response = await fetch(upload.action, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { "X-Requested-With": "fetch" },
    });
    return response.redirected ? { problem: signedOut } : await response.json();
  } catch {
    return { problem: upload.dataset.failed };
  }
}

const picturesIn = (transfer) =>
  [...(transfer?.files ?? [])].filter((file) => file.type.startsWith("image/"));

/** Store pictures one after the other; the cursor waits where the text of each is to be written. */
async function take(files, field, upload, form) {
  const told = field.closest("[data-language]").querySelector("[data-picture-told]");
  for (const file of files) {
    told.textContent = upload.dataset.sending;
    const body = new FormData(upload);
    body.set("file", file);
    body.delete("alt");
    body.set("later", "1");
    const answer = await send(upload, body, form.dataset.signedOut);
    told.textContent = answer.problem ?? upload.dataset.describe;
    if (answer.problem) return;
    const start = insertBlock(field, answer.markdown);
    field.setSelectionRange(start + 2, start + 2);
    addToList(upload.parentElement, answer);
  }
}

function attachDropping(field, upload, form) {
  field.addEventListener("paste", (event) => {
    const files = picturesIn(event.clipboardData);
    // A table pasted from a spreadsheet comes as text and as a picture of itself: the text counts.
    if (!files.length || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    take(files, field, upload, form);
  });
  field.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  field.addEventListener("drop", (event) => {
    const files = picturesIn(event.dataTransfer);
    if (!files.length) return;
    event.preventDefault();
    take(files, field, upload, form);
  });
}

function attachUpload(upload, form) {
  const state = upload.querySelector("[data-picture-state]");
  const fields = [...form.querySelectorAll("[data-writes]")];
  let field = fields[0];
  form.addEventListener("focusin", ({ target }) => {
    if (fields.includes(target)) field = target;
  });
  for (const each of fields) attachDropping(each, upload, form);
  upload.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = upload.querySelector("button");
    button.disabled = true;
    state.textContent = "";
    const answer = await send(upload, new FormData(upload), form.dataset.signedOut);
    if (answer.problem) {
      state.textContent = answer.problem;
    } else {
      insertBlock(field, answer.markdown);
      addToList(upload.parentElement, answer);
      upload.reset();
      state.textContent = upload.dataset.inserted;
    }
    button.disabled = false;
  });
}

export function attachPictures(form) {
  attachAll(document, { "[data-picture-form]": (upload) => attachUpload(upload, form) });
}
