// Sign-up sends the browser's time zone along; the learner confirms it later.
import { attachAll } from "../dom.js";

attachAll(document, {
  "[data-time-zone]": (input) => {
    input.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  },
});
