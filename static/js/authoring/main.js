// The studio's pages work without this; it adds previews, kept drafts, added rows and dragging.
import { attachAll } from "../dom.js";
import { attachDrafts } from "./drafts.js";
import { attachOutline } from "./outline.js";
import { attachPictures } from "./pictures.js";
import { attachPreviews } from "./previews.js";
import { attachRows } from "./rows.js";
import { attachSaveKeys } from "./save.js";

attachAll(document, {
  "[data-lesson-form]": (form) => {
    attachPreviews(form);
    attachPictures(form);
    attachDrafts(form);
    attachSaveKeys(form);
  },
  "[data-rows]": attachRows,
  "[data-outline]": attachOutline,
});
