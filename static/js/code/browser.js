// Runs in the reader's own browser, by Pyodide in a worker. Each worker runs one program, so nothing
// of a program meets the next one; after a run another worker gets ready.
import { PYTHON_WORKER, startWorker } from "../dom.js";
import { complete, isDone, live } from "../progress/log.js";
import { changed, scope } from "../progress/ui.js";

const { before, check, limits, files, words } = JSON.parse(
  document.querySelector("#browser-page").textContent,
);
const CACHE = `python-${files[0].split("/")[2]}`; // as in sw.js
const ENDINGS = ["ok", "error", "memory", "killed", "time", "output"];

export const needsNetwork = false;
export const needsAccount = false;
export const canStop = true;

// --- workers -----------------------------------------------------------------------------------

let spare = null;

/** A worker that loads Python; `ready` rejects when it can't. */
function newWorker() {
  const worker = startWorker(PYTHON_WORKER);
  const ready = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("late")), limits.starting * 1000);
    worker.addEventListener("message", ({ data }) => {
      clearTimeout(late);
      if (data.ready) resolve();
      else if (data.failed) reject(new Error(data.failed));
    });
    worker.addEventListener("error", () => reject(new Error("no worker")));
  });
  ready.catch(() => {}); // whoever waits for it is told
  return { worker, ready };
}

let isKept = false;

/** Keep Python's files, so that it runs without a network from now on. */
async function keepFiles() {
  if (isKept || !("caches" in window)) return;
  isKept = true;
  try {
    const cache = await caches.open(CACHE);
    const known = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
    await cache.addAll(files.filter((url) => !known.has(url)));
    await cache.add(PYTHON_WORKER);
  } catch (failure) {
    isKept = false; // no room, or the network went away: the next run tries again
    console.warn(failure);
  }
}

// --- a run -------------------------------------------------------------------------------------

/** Run a program; `tell` gets {said, …} now and then. Rejects when Python can't be loaded. */
export async function execute({ name, kind, body, signal, tell }) {
  const part = name.slice(name.indexOf("#") + 1);
  tell({ said: words.loading });
  const { worker, ready } = spare ?? newWorker();
  spare = null;
  const stop = () => worker.terminate();
  let isLoadable = true;
  signal.addEventListener("abort", stop);
  try {
    await Promise.race([ready, aborted(signal)]);
    if (signal.aborted) return;
    tell({ said: words.running });
    const job = { kind, code: body, before: before[part] ?? [], check, limits };
    const result = await outcome(worker, job, signal);
    if (signal.aborted) return;
    tell({ ...stateOf(result, kind), ended: true });
    if (result.solved) finishExercise(name);
    keepFiles();
  } catch (failure) {
    isLoadable = false;
    throw Object.assign(failure, { said: words.unloaded });
  } finally {
    stop();
    // The next run finds Python loaded.
    if (isLoadable) spare ??= newWorker();
  }
}

const aborted = (signal) =>
  new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));

/** What becomes of a job: its report with `output`, or the limit that ended it. */
function outcome(worker, job, signal) {
  const decoder = new TextDecoder();
  const printed = new Uint8Array(limits.output + 1);
  let size = 0;
  return new Promise((resolve) => {
    const finish = (report) => {
      clearTimeout(timer);
      const output = decoder.decode(printed.subarray(0, Math.min(size, limits.output)));
      resolve({ ...report, output, cut: size > limits.output });
    };
    const timer = setTimeout(
      () => finish({ ended: "time", seconds: limits.seconds }),
      limits.seconds * 1000,
    );
    worker.addEventListener("error", () => finish({ ended: "killed" }));
    worker.addEventListener("message", ({ data }) => {
      if (data.output) {
        const bytes = data.output.subarray(0, printed.length - size);
        printed.set(bytes, size);
        size += bytes.length;
      } else if (data.full) finish({ ended: "output" });
      else if (data.report) finish(data.report);
    });
    signal.addEventListener("abort", () => finish({ ended: "killed" }));
    worker.postMessage(job);
  });
}

// --- what the page shows -----------------------------------------------------------------------

const fill = (text, values) =>
  text.replace(/%\((\w+)\)[sd]/g, (whole, key) => String(values[key] ?? ""));

/** An assert's message in the page's language, else in any. */
const messageIn = (failed) =>
  failed[document.documentElement.lang] || failed[""] || Object.values(failed)[0] || "";

function said(result, kind) {
  if (kind === "check" && result.solved) return words.passed;
  if (result.failed) return fill(words.failed, { message: messageIn(result.failed) });
  const name = result.ended === "error" && result.line ? "errorLine" : result.ended;
  return fill(words[ENDINGS.includes(result.ended) ? name : "killed"], {
    seconds: (result.seconds ?? 0).toFixed(1),
    line: result.line,
    error: (result.error ?? "").split("\n")[0],
  });
}

function stateOf(result, kind) {
  const good = kind === "check" ? result.solved === true : result.ended === "ok";
  return { result, good, kind, said: said(result, kind), line: result.line, solved: result.solved };
}

const made = (tag, className, text) =>
  Object.assign(document.createElement(tag), { className, textContent: text });

/** Show a result as templates/course/_run.html shows one of the server. */
export function show(box, { said: text, good, kind, result }) {
  const line = made("p", "run__said", text);
  box.replaceChildren(line);
  if (!result) return;
  line.classList.add(good ? "run__said--good" : "run__said--bad");
  if (result.output) {
    const output = made("pre", "sample__output", "");
    output.classList.toggle("sample__output--error", result.ended !== "ok");
    output.tabIndex = 0;
    output.append(made("samp", "", result.output));
    box.append(made("p", "sample__label", words.printed), output);
    if (result.cut) box.append(made("p", "small soft", words.cut));
  } else if (good && kind === "run") box.append(made("p", "small soft", words.nothing));
}

/** The log's own operation, as the button of the exercise makes it: the site can't look into a
 * browser, so a passed check is worth what the learner's word is worth. */
function finishExercise(target) {
  const form = document.querySelector(`[data-progress-toggle][data-target="${CSS.escape(target)}"]`);
  if (!form || form.dataset.done === "true" || isDone(live(scope()), target)) return;
  complete(scope(), target);
  changed();
}
