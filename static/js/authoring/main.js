// The studio's pages work without this; it adds previews, kept drafts, a toolbar, added rows and
// dragging.
import { attachAll } from "../dom.js";
import { attachSteps, attachViews } from "./beside.js";
import { attachCounts } from "./counts.js";
import { attachDrafts } from "./drafts.js";
import { attachInserting } from "./inserting.js";
import { attachChoosing, attachOutline, attachOutlineSearch } from "./outline.js";
import { attachPictures } from "./pictures.js";
import { attachPreviews } from "./previews.js";
import { attachRows } from "./rows.js";
import { attachSaveKeys } from "./save.js";
import { attachToolbar } from "./toolbar.js";

attachAll(document, {
  "[data-lesson-form]": (form) => {
    attachPreviews(form);
    attachPictures(form);
    attachDrafts(form);
    attachSaveKeys(form);
  },
  "[data-toolbar]": attachToolbar,
  "[data-inserting]": attachInserting,
  "[data-counts]": attachCounts,
  "[data-steps]": attachSteps,
  "[data-views]": attachViews,
  "[data-rows]": attachRows,
  "[data-outline]": (form) => {
    attachOutline(form);
    attachChoosing(form);
  },
  "[data-find-lessons]": attachOutlineSearch,
});
