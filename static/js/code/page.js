// The page of one sample or exercise: the same editor as on the lesson's page, and the same memory.
import { attachEditor } from "./editor.js";
import { keep, keepSent, kept } from "./keep.js";
import { Saver } from "./save.js";

function attach(box) {
  const area = box.querySelector("textarea");
  const { codeName: name } = box.dataset;
  const own = kept(name);
  const { revision } = area.form.elements;
  const saver = new Saver({
    name,
    url: location.pathname,
    took: (saved, body) => {
      // An older text than the account's stays in the form; sending it shows both.
      if (saved.code !== body) return;
      revision.value = saved.revision;
      if (kept(name).body === body) keepSent(name, body, saved.revision);
    },
  });
  const editor = attachEditor(box, {
    onChange: (text) => {
      keep(name, text);
      saver.touch();
    },
    onRun: () => box.closest("form").requestSubmit(),
  });
  // What the account does not have yet: sending it failed, or somebody was signed out meanwhile.
  const isNewer = own && !own.sent && own.body !== area.value && area.value === area.defaultValue;
  editor.set(isNewer ? own.body : area.value);
  if (isNewer) {
    revision.value = own.revision ?? "";
    saver.touch();
  } else if (area.value === area.defaultValue && revision.value > 0 && !("refused" in box.dataset)) {
    keepSent(name, area.value, Number(revision.value));
  }
}

for (const box of document.querySelectorAll("[data-code-name]")) attach(box);
