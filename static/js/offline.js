// "Keep this quest offline": fetches a quest's pages and files, without cookies, into a cache of
// its own. The service worker serves it when there is no network.
import { attachAll, registerWorker } from "./dom.js";

const NOTE = "/offline/note";
const PARALLEL = 4;

const cacheName = (uid, language) => `quest-${language}-${uid}`;

async function noteOf(name) {
  if (!(await caches.has(name))) return null;
  const found = await (await caches.open(name)).match(NOTE);
  return found ? found.json() : null;
}

function megabytes(bytes) {
  return `${(bytes / 1_000_000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`;
}

async function fetchInto(cache, urls, done) {
  const queue = [...urls];
  const stop = new AbortController();
  const work = async () => {
    for (let url = queue.shift(); url !== undefined && !stop.signal.aborted; url = queue.shift()) {
      const response = await fetch(url, { credentials: "omit", signal: stop.signal });
      if (!response.ok) throw new Error(`${url}: ${response.status}`);
      await cache.put(url, response);
      if (!stop.signal.aborted) done();
    }
  };
  const works = Array.from({ length: PARALLEL }, () =>
    work().catch((error) => {
      stop.abort(); // the others neither go on nor tell of progress after the failure
      throw error;
    }),
  );
  // All have ended before the half-filled cache is removed.
  const ended = await Promise.allSettled(works);
  const failed = ended.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
}

/** Fetch everything into a new cache, and only then replace the old copy. */
async function download(name, plan, tell) {
  const fresh = `${name}~new`;
  await caches.delete(fresh);
  const cache = await caches.open(fresh);
  const urls = [...plan.pages, ...plan.files];
  let count = 0;
  try {
    await fetchInto(cache, urls, () => tell((count += 1), urls.length));
  } catch (error) {
    await caches.delete(fresh);
    throw error;
  }
  await caches.delete(name);
  const kept = await caches.open(name);
  for (const request of await cache.keys()) await kept.put(request, await cache.match(request));
  const note = { version: plan.version, page: plan.pages[0], title: document.querySelector("h1").textContent.trim() };
  await kept.put(NOTE, new Response(JSON.stringify(note), { headers: { "Content-Type": "application/json" } }));
  await caches.delete(fresh);
}

async function keepBox(box) {
  if (!("serviceWorker" in navigator) || !("caches" in window)) {
    box.hidden = true;
    return;
  }
  const keep = box.querySelector("[data-keep]");
  const forget = box.querySelector("[data-forget]");
  const meter = box.querySelector("[data-keep-progress]");
  const state = box.querySelector("[data-keep-state]");
  const name = cacheName(box.dataset.keepOffline, document.documentElement.lang);
  const firstLabel = keep.textContent;

  const plan = () => fetch(box.dataset.url, { credentials: "omit" }).then((answer) => answer.json());

  async function show() {
    const note = await noteOf(name);
    const now = await plan().catch(() => null);
    const stale = Boolean(note && now && note.version !== now.version);
    forget.hidden = !note;
    keep.hidden = Boolean(note) && !stale;
    keep.textContent = stale ? state.dataset.update : firstLabel;
    if (note) state.textContent = stale ? state.dataset.stale : state.dataset.kept;
    else state.textContent = now ? state.dataset.size.replace("SIZE", megabytes(now.bytes)) : "";
  }

  keep.addEventListener("click", async () => {
    keep.disabled = true;
    meter.hidden = false;
    try {
      await registerWorker();
      navigator.storage?.persist?.();
      await download(name, await plan(), (done, all) => {
        meter.value = done / all;
        state.textContent = state.dataset.working.replace("DONE", done).replace("ALL", all);
      });
      await show();
    } catch {
      state.textContent = state.dataset.failed;
    }
    keep.disabled = false;
    meter.hidden = true;
  });

  forget.addEventListener("click", async () => {
    await caches.delete(name);
    await show();
    (keep.hidden ? forget : keep).focus();
  });

  await show();
}

async function keptQuests(section) {
  const list = section.querySelector("[data-kept-list]");
  const names = (await caches.keys()).filter((name) => name.startsWith("quest-") && !name.endsWith("~new"));
  for (const name of names) {
    const note = await noteOf(name);
    if (!note) continue;
    const item = document.createElement("li");
    const link = document.createElement("a");
    item.className = "row";
    link.className = "row__title";
    link.href = note.page;
    link.textContent = note.title;
    item.append(link);
    list.append(item);
    section.hidden = false;
  }
}

attachAll(document, { "[data-keep-offline]": keepBox, "[data-kept-quests]": keptQuests });
