// What progress does for members alone: claiming, syncing, signing out.
import { attachAll } from "../dom.js";
import { sendDrafts } from "./answers.js";
import { offerClaim } from "./claim.js";
import { followGoal } from "./goal.js";
import { attachSignOut } from "./signout.js";
import * as store from "./store.js";
import { keepSyncing } from "./sync.js";

export function beginFor(account) {
  if (!store.read(`u:${account}|cur`)) store.writeJson(`u:${account}|cur`, [0, ""]);
  attachAll(document, {
    "[data-sign-out], form[action$='/accounts/logout/']:not([data-sign-out])": attachSignOut,
    "[data-claim-box]": (box) => offerClaim(box, account),
  });
  followGoal(store.scopeOf(account));
  keepSyncing();
  sendDrafts(store.scopeOf(account));
}
