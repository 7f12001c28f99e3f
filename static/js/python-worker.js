// Python in the browser: a module worker that loads Pyodide, runs one program and is thrown away.
// SETUP is written in front of this file by the server, and so is the worker's policy: it may fetch
// nothing but Pyodide's files. What it says is believed by nobody but the page of its own learner.

const send = self.postMessage.bind(self);
// As in the runner's sandbox: sets print in the order that the captured outputs have.
const VARIABLES = { HOME: "/tmp", LANG: "C.UTF-8", PYTHONHASHSEED: "0", PYTHONDONTWRITEBYTECODE: "1" };
// What could reach this site's data in the browser, or speak in the worker's name. The policy keeps
// the network away; a program of Python's `js` module finds none of these either.
const TAKEN_AWAY = [
  ...["fetch", "XMLHttpRequest", "WebSocket", "WebTransport", "EventSource", "BroadcastChannel"],
  ...["caches", "indexedDB", "navigator", "Worker", "SharedWorker", "importScripts", "postMessage"],
];

const ENTRY = `
import json, os, sys

def load():
    sys.path.insert(0, "/runner")
    import jobs
    sys.path.remove("/runner")
    del sys.modules["jobs"]
    os.remove("/runner/jobs.py")
    os.chdir("/tmp")
    return jobs.run_job

def execute(job, unmute, run_job=load()):
    def begin():
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
        unmute()
    return json.dumps(run_job(json.loads(job), begin))

execute
`;

function takeAway(name) {
  for (let place = self; place; place = Object.getPrototypeOf(place)) delete place[name];
  if (name in self) Object.defineProperty(self, name, { value: undefined });
}

/** Bytes that the program prints go to the page until they are too many. */
function printer({ output, stop }) {
  let size = 0;
  let muted = true;
  const write = (bytes) => {
    if (!muted) {
      const before = size;
      size += bytes.length;
      // One byte more than is shown says that something is cut.
      const rest = Math.max(0, output + 1 - before);
      if (rest) send({ output: bytes.slice(0, rest) });
      if (size > stop && before <= stop) send({ full: true });
    }
    return bytes.length;
  };
  return { write, unmute: () => (muted = false) };
}

async function load() {
  const { loadPyodide } = await import(`${SETUP.url}pyodide.mjs`);
  const python = await loadPyodide({ indexURL: SETUP.url, env: VARIABLES, stdin: () => null });
  python.FS.mkdirTree("/runner");
  python.FS.writeFile("/runner/jobs.py", SETUP.jobs);
  const execute = python.runPython(ENTRY, { globals: python.toPy({}) });
  TAKEN_AWAY.forEach(takeAway);
  return { python, execute };
}

const loaded = load();
loaded.then(
  () => send({ ready: true }),
  (failure) => send({ failed: String(failure) }),
);

self.addEventListener("message", async ({ data: { limits, ...job } }) => {
  const { python, execute } = await loaded;
  const { write, unmute } = printer(limits);
  for (const stream of ["setStdout", "setStderr"]) python[stream]({ write, isatty: false });
  const began = performance.now();
  try {
    const report = JSON.parse(execute(JSON.stringify(job), unmute));
    send({ report: { ...report, seconds: (performance.now() - began) / 1000 } });
  } catch (failure) {
    // The interpreter itself ended: os._exit(), or no room on its stack.
    send({ report: { ended: "killed", error: String(failure), seconds: 0 } });
  }
});
