// Attaches progress to a page; loaded only where there is some (see boot.js).
import { attachAll, counted } from "../dom.js";
import { sendDrafts } from "./answers.js";
import { attachChanged } from "./changed.js";
import { offerClaim } from "./claim.js";
import { attachAnswer } from "./exercise.js";
import { attachSignOut } from "./signout.js";
import * as store from "./store.js";
import { keepSyncing } from "./sync.js";
import { attachTransfer } from "./transfer.js";
import { attachToggle, scope, start } from "./ui.js";

const account = document.body.dataset.learner;

store.rememberAccount();
store.tidy(scope());
attachAll(document, {
  "[data-progress-toggle]": attachToggle,
  "[data-answer]": attachAnswer,
  "[data-sign-out], form[action$='/accounts/logout/']:not([data-sign-out])": attachSignOut,
  "[data-transfer]": attachTransfer,
  "[data-changed-at]": attachChanged,
});
start();
if (account) {
  if (!store.read(`u:${account}|cur`)) store.writeJson(`u:${account}|cur`, [0, ""]);
  attachAll(document, { "[data-claim-box]": (box) => offerClaim(box, account) });
  keepSyncing();
  sendDrafts(store.scopeOf(account));
} else if (store.readJson("left")) {
  const notice = document.querySelector("[data-left-notice]");
  const words = notice.querySelector("[data-left-count]");
  notice.hidden = false;
  words.textContent = counted(words.dataset, "leftCount", store.readJson("left"));
  store.remove("left");
}
document.documentElement.dataset.progress = "ready";
