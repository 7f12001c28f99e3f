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

/** The kept copy of a page or file: from the copy that was begun last, and whole; the shell last. */
async function kept(request) {
  const copies = (await caches.keys()).filter((name) => QUEST.test(name)).reverse();
  for (const name of [...copies, SHELL]) {
    const found = await caches.match(request, { cacheName: name, ignoreVary: true });
    if (found && (name === SHELL || (await isWhole(name)))) return found;
  }
  return undefined;
}

/** A kept page says so: its scripts then show that there is no network. */
async function asOffline(response) {
  const html = await response.text();
  return new Response(html.replace("<html ", "<html data-offline "), {
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
    const prefix = url.pathname.startsWith("/en/") ? "/en" : "";
    const copy = (await kept(url.pathname)) ?? (await kept(`${prefix}/offline/`));
    if (copy) return asOffline(copy);
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
