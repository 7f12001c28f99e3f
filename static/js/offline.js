// "Keep this quest offline": fetches a quest's pages and files, without cookies, into a cache of
// its own. The service worker serves it when there is no network.
import { announce, attachAll, registerWorker } from "./dom.js";

const NOTE = "/offline/note"; // written last: a copy without it is not whole
const PARALLEL = 4;

/** One copy holds all languages: who turns to another one without a network finds it. */
const prefixOf = (uid) => `quest-${uid}`;

/** The caches of one quest, oldest first; more than one only while a copy is being renewed. */
async function copiesOf(prefix) {
  return (await caches.keys()).filter((name) => name === prefix || name.startsWith(`${prefix}~`));
}

/** What the newest whole copy among these caches says of itself, or null. */
async function noteOf(names) {
  for (const name of [...names].reverse()) {
    const found = await caches.match(NOTE, { cacheName: name });
    if (found) return found.json();
  }
  return null;
}

const remove = (names) => Promise.all(names.map((name) => caches.delete(name)));

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

/** Fetch everything into a new cache, named by its beginning, and only then drop the old copy. */
async function download(prefix, plan, tell) {
  const fresh = `${prefix}~${Date.now()}`;
  const urls = [...plan.pages, ...plan.files];
  let count = 0;
  try {
    const cache = await caches.open(fresh);
    await fetchInto(cache, urls, () => tell((count += 1), urls.length));
    const note = { version: plan.version, names: plan.names };
    const headers = { "Content-Type": "application/json" };
    await cache.put(NOTE, new Response(JSON.stringify(note), { headers }));
  } catch (error) {
    await caches.delete(fresh);
    throw error;
  }
  await remove((await copiesOf(prefix)).filter((name) => name !== fresh));
}

async function keepBox(box) {
  const keep = box.querySelector("[data-keep]");
  const forget = box.querySelector("[data-forget]");
  const meter = box.querySelector("[data-keep-progress]");
  const state = box.querySelector("[data-keep-state]");
  const prefix = prefixOf(box.dataset.keepOffline);
  const firstLabel = keep.textContent;

  const plan = () => fetch(box.dataset.url, { credentials: "omit" }).then((answer) => answer.json());

  async function show() {
    const note = await noteOf(await copiesOf(prefix));
    const now = await plan().catch(() => null);
    const stale = Boolean(note && now && note.version !== now.version);
    forget.hidden = !note;
    keep.hidden = Boolean(note) && !stale;
    keep.textContent = stale ? state.dataset.update : firstLabel;
    if (note) state.textContent = stale ? state.dataset.stale : state.dataset.kept;
    else state.textContent = now ? state.dataset.size.replace("SIZE", megabytes(now.bytes)) : "";
  }

  const tell = (done, all) => {
    meter.value = done / all;
    state.textContent = state.dataset.working.replace("DONE", done).replace("ALL", all);
  };

  async function keepNow() {
    await registerWorker();
    navigator.storage?.persist?.().catch(() => {}); // a wish; the copy is kept without it too
    const now = await plan();
    tell(0, now.pages.length + now.files.length);
    announce(state.textContent);
    await download(prefix, now, tell);
    await show();
  }

  keep.addEventListener("click", async () => {
    keep.disabled = true;
    meter.hidden = false;
    await keepNow().catch(() => (state.textContent = state.dataset.failed));
    // Begin and end alone are said: there are some two hundred steps between them.
    announce(state.textContent);
    keep.disabled = false;
    meter.hidden = true;
  });

  async function forgetNow() {
    await remove(await copiesOf(prefix));
    await show();
    (keep.hidden ? forget : keep).focus();
    announce(state.textContent);
  }

  forget.addEventListener("click", () => forgetNow().catch(() => (box.hidden = true)));

  await show();
}

async function keptQuests(section) {
  const list = section.querySelector("[data-kept-list]");
  const shown = new Set();
  for (const name of (await caches.keys()).reverse()) {
    const note = name.startsWith("quest-") && (await noteOf([name]));
    const quest = note && (note.names[document.documentElement.lang] ?? Object.values(note.names)[0]);
    if (!quest || shown.has(quest.page)) continue;
    shown.add(quest.page);
    const item = document.createElement("li");
    const link = document.createElement("a");
    item.className = "row";
    link.className = "row__title";
    link.href = quest.page;
    link.textContent = quest.title;
    item.append(link);
    list.append(item);
    section.hidden = false;
  }
}

/** Without HTTPS, or where the browser refuses storage, nothing is offered. */
const wherePossible = (attach) => (part) => {
  const possible = "serviceWorker" in navigator && "caches" in window;
  if (possible) attach(part).catch(() => (part.hidden = true));
  else part.hidden = true;
};

attachAll(document, {
  "[data-keep-offline]": wherePossible(keepBox),
  "[data-kept-quests]": wherePossible(keptQuests),
});
