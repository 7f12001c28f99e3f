// The studio's pages work without this; it adds previews, kept drafts, added rows and dragging.
import { attachAll } from "../dom.js";
import { attachDrafts } from "./drafts.js";
import { attachOutline } from "./outline.js";
import { attachPreviews } from "./previews.js";
import { attachRows } from "./rows.js";

attachAll(document, {
  "[data-lesson-form]": (form) => {
    attachPreviews(form);
    attachDrafts(form);
  },
  "[data-rows]": attachRows,
  "[data-outline]": attachOutline,
});
