// A member's place in a lesson follows the account: where reading stopped, on whichever device.
import { post } from "../dom.js";

const url = document.querySelector("[data-come-back]").dataset.comeBack;
let waiting = null; // what the account is not told yet; "" is the end

/** Keep a heading's id, or nothing for the end; it is sent when the page is left. */
export function keep(id) {
  waiting = id ?? "";
}

function send() {
  if (document.visibilityState === "visible" || waiting === null) return;
  const body = new URLSearchParams({ place: waiting });
  waiting = null;
  post(url, body, { keepalive: true }).catch(() => {}); // offline: this device has it
}

/** This device's place `{ id, at }` or the account's, whichever is newer. */
export async function newest(own) {
  try {
    const response = await fetch(url, { credentials: "same-origin" });
    const { place, at } = response.ok ? await response.json() : {};
    return at > (own?.at ?? 0) ? { id: place, at } : own;
  } catch {
    return own;
  }
}

document.addEventListener("visibilitychange", send);
