// The settings of notices: this browser subscribes at its push service, or gives that up.
import { attachAll, post, registerWorker } from "../dom.js";

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

/** A subscription as the site's form takes it. */
function fieldsOf(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
}

async function subscribe(box) {
  if ((await Notification.requestPermission()) !== "granted") return box.dataset.denied;
  const registration = await registerWorker();
  await navigator.serviceWorker.ready;
  // One that the site has lost, or made with a key that it has no more, would stand in the way.
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(box.dataset.key) };
  const subscription = await registration.pushManager.subscribe(options);
  const answer = await post(box.dataset.subscribe, fieldsOf(subscription));
  if (answer.ok) return location.reload();
  await subscription.unsubscribe();
  return answer.status === 400 ? answer.text() : box.dataset.failed;
}

async function giveUp(box, subscription) {
  await post(box.dataset.forget, fieldsOf(subscription), { headers: { Accept: "application/json" } });
  await subscription.unsubscribe();
  return location.reload();
}

const isOf = (key, { options }) => String(new Uint8Array(options.applicationServerKey)) === String(bytesOf(key));

/** This browser in the site's list, if it is still there: it may have been taken out elsewhere. */
async function placeOf({ endpoint }) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  const mark = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return document.querySelector(`[data-device="${mark}"]`);
}

async function setUp(box) {
  const on = box.querySelector("[data-push-on]");
  const off = box.querySelector("[data-push-off]");
  const said = box.querySelector("[data-push-said]");
  const say = (text) => { said.textContent = text ?? ""; };
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    on.addEventListener("click", () => say(box.dataset.impossible));
    return;
  }
  const registration = await navigator.serviceWorker.getRegistration("/");
  const subscription = await registration?.pushManager.getSubscription();
  const isOurs = subscription && isOf(box.dataset.key, subscription);
  const place = isOurs ? await placeOf(subscription) : null;
  const known = place && subscription;
  if (place) place.querySelector("[data-here]").hidden = false;
  [on.hidden, off.hidden] = [Boolean(known), !known];
  const attempt = (act) => () => act().then(say).catch(() => say(box.dataset.failed));
  on.addEventListener("click", attempt(() => subscribe(box)));
  if (known) off.addEventListener("click", attempt(() => giveUp(box, known)));
}

attachAll(document, { "[data-push]": setUp });
