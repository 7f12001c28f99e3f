// The service worker. RELEASE is written in front of this file by the server; a new release is a
// new worker. It keeps two kinds of things: the shell (what the offline page needs) and the quests
// that a learner asked to keep. Both are fetched without cookies, so no private page and no
// sign-in state is ever stored; online, every page comes from the network.

const SHELL = `shell-${RELEASE.id}`;
const QUEST = /^quest-/;
const PYTHON = RELEASE.python; // {cache, files, worker}: filled by js/code/browser.js
const NOTE = "/offline/note"; // js/offline.js writes it last: a copy without it is not whole
const ABANDONED = 3_600_000; // milliseconds after which nobody is filling a cache any more

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.addAll(RELEASE.shell.map((url) => new Request(url, { credentials: "omit" }))))
      .then(() => self.skipWaiting()),
  );
});

const isWhole = (name) => caches.match(NOTE, { cacheName: name });

/** Another release's shell, or what a page began to fill (its name says when) and never ended. */
async function isLeftOver(name) {
  if (!QUEST.test(name)) return name !== SHELL && name !== PYTHON.cache;
  const begun = Number(name.split("~")[1] ?? 0);
  return !(Date.now() - begun < ABANDONED) && !(await isWhole(name));
}

async function tidy() {
  for (const name of await caches.keys()) if (await isLeftOver(name)) await caches.delete(name);
}

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

/** The kept copy of a page or file, and the cache that it is in: that which was begun last, and is
 * whole; the shell last. */
async function find(request) {
  const copies = (await caches.keys()).filter((name) => QUEST.test(name)).reverse();
  for (const name of [...copies, SHELL]) {
    const found = await caches.match(request, { cacheName: name, ignoreVary: true });
    if (found && (name === SHELL || (await isWhole(name)))) return { found, name };
  }
  return {};
}

const kept = async (request) => (await find(request)).found;

/** "Offline copy of 3 December 2026", above a page of a kept quest. */
function noteOf(name, language) {
  const begun = Number(name.split("~")[1]);
  if (!QUEST.test(name) || !begun) return "";
  const date = new Date(begun).toLocaleDateString(language === "en" ? "en-GB" : language, { dateStyle: "long" });
  return `<p class="offline-note small">${RELEASE.words[language].replace("DATE", date)}</p>`;
}

/** A kept page says so, and since when; its scripts know it by the attribute. */
async function asOffline(response, name, language) {
  const html = (await response.text())
    .replace("<html ", "<html data-offline ")
    .replace('<main id="main"', (main) => noteOf(name, language) + main);
  return new Response(html, {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      // The policy travels with the page, kept or not.
      "Content-Security-Policy": response.headers.get("Content-Security-Policy") ?? "default-src 'none'",
    },
  });
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const url = new URL(request.url);
    const language = url.pathname.startsWith("/en/") ? "en" : "ko";
    const prefix = language === "en" ? "/en" : "";
    let copy = await find(url.pathname);
    if (!copy.found) copy = await find(`${prefix}/offline/`);
    if (copy.found) return asOffline(copy.found, copy.name, language);
    throw error;
  }
}

async function file(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const copy = await kept(request);
    if (copy) return copy;
    throw error;
  }
}

/** Python's files have their version in the address: the kept ones need no network. */
async function python(request) {
  const cached = () => caches.match(request, { cacheName: PYTHON.cache, ignoreVary: true });
  const isFixed = new URL(request.url).pathname !== PYTHON.worker;
  const found = isFixed ? await cached() : undefined;
  if (found) return found;
  try {
    return await fetch(request);
  } catch (error) {
    const copy = (await cached()) ?? (await kept(request));
    if (copy) return copy;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname === PYTHON.worker || url.pathname.startsWith(PYTHON.files)) event.respondWith(python(request));
  else if (url.pathname.startsWith("/static/") || url.pathname.startsWith("/media/")) event.respondWith(file(request));
});

// Notices: the server sends them encrypted through the browser's push service. The tag is the same on
// every device, so that a notice is shown once, and read once: opening it marks it as read on the
// site, and the other devices close it with the next notice or page.

let last = Promise.resolve();
/** Chromium forgets a notice that is shown while it lists them: one after the other, then. */
const inTurn = (act) => (last = last.then(act, act));
const listNotices = () => inTurn(() => self.registration.getNotifications());
const show = (title, options) => inTurn(() => self.registration.showNotification(title, options));

/** Close the notices that were read elsewhere. Without a session or a network all of them stay. */
async function closeRead(notices) {
  const shown = notices.filter((each) => each.data?.id);
  if (!shown.length) return;
  const ids = shown.map((each) => each.data.id).join(",");
  const answer = await fetch(`/push/unread.json?ids=${ids}`).catch(() => undefined);
  if (!answer?.ok) return;
  const { unread } = await answer.json();
  for (const each of shown) if (!unread.includes(each.data.id)) each.close();
}

async function showNotice({ id, tag, title, body, lang, url, stop, stop_label, stopped }) {
  const earlier = await listNotices();
  await show(title, {
    body,
    tag,
    lang,
    icon: "/static/img/icon-192.png",
    data: { id, tag, title, lang, url, stop, stopped },
    actions: [{ action: "stop", title: stop_label }],
  });
  await closeRead(earlier.filter((each) => each.tag !== tag));
}

/** One tap: this kind is pushed no more, and the notice says so in its place. */
async function stopNotices({ tag, title, lang, stop, stopped }) {
  const answer = await fetch(stop, { method: "POST", credentials: "omit" });
  if (answer.ok) await show(title, { body: stopped, tag, lang, silent: true });
}

async function openPage(url) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((each) => each.visibilityState === "visible") ?? pages[0];
  const moved = page && (await page.navigate(url).catch(() => undefined));
  return moved ? moved.focus() : self.clients.openWindow(url);
}

/** The browser's subscription became another one: the settings page, if somebody is still signed in
 * here, says where the site is told. The old one is forgotten when its push service says it is gone. */
async function renew(fresh) {
  const page = await fetch("/settings/push/", { redirect: "manual" });
  if (!page.ok) return;
  const html = await page.text();
  const [key, address, csrf] = ["key", "subscribe", "csrf"].map((name) => html.match(`data-${name}="([^"]+)"`)?.[1]);
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const { endpoint, keys } = (fresh ?? (await self.registration.pushManager.subscribe(options))).toJSON();
  const body = new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
  await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": csrf } });
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event.newSubscription)));

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(showNotice(event.data.json()));
});

self.addEventListener("notificationclick", (event) => {
  const { data } = event.notification;
  event.notification.close();
  if (event.action === "stop") event.waitUntil(stopNotices(data));
  else if (data?.url) event.waitUntil(openPage(data.url));
});

self.addEventListener("message", (event) => {
  if (event.data === "close-read") event.waitUntil(listNotices().then(closeRead));
});
