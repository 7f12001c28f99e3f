// For members: the theme button's choice is saved, and the time zone is guessed by the browser.
import { attachAll, post } from "../dom.js";

function rememberTheme(menu) {
  const send = () => {
    const theme = document.documentElement.dataset.theme ?? "auto";
    // Sent even if the reader goes on at once: the next page comes with the account's theme.
    post(menu.dataset.themeUrl, new URLSearchParams({ theme }), { keepalive: true }).catch(() => {
      // Offline: the choice holds for this page, and the next click sends again.
    });
  };
  attachAll(document, { "[data-theme-switch]": (button) => button.addEventListener("click", send) });
}

function guessZone(notice) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || zone === notice.dataset.zone) return;
  notice.querySelector("[data-zone-name]").textContent = zone;
  notice.querySelector("[data-zone-yes]").value = zone;
}

attachAll(document, {
  "[data-theme-url]": rememberTheme,
  "[data-zone-notice]": guessZone,
});

// What was read on this page or elsewhere needs no notice on this device any more.
if (globalThis.Notification?.permission === "granted") {
  navigator.serviceWorker?.controller?.postMessage("close-read");
}
