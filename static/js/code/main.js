// Samples and exercises that run: buttons in place of the link to their page. The editor and what
// sends a run come when somebody uses them, or when something was written here before.
import { attachAll } from "../dom.js";
import { kept } from "./keep.js";

const EXERCISE = "#exercise";
const original = (box) => box.closest("[data-sample]").querySelector("pre code").textContent;

async function load(box) {
  const inBrowser = document.querySelector("#browser-page");
  const [{ CodeBox }, runs] = await Promise.all([
    import("./box.js"),
    inBrowser ? import("./browser.js") : import("./run.js"),
  ]);
  return new CodeBox(box, original(box), runs);
}

/** Load the editor once; `act` is called with it. */
function whenNeeded(box) {
  let loading = null;
  return async (act) => {
    loading ??= load(box);
    try {
      await act(await loading);
    } catch (failure) {
      loading = null; // the scripts did not come: another press tries again
      console.warn(failure);
      result(box).hidden = false;
      result(box).textContent = words().offline;
    }
  };
}

const words = () => document.querySelector("[data-code-template]").dataset;
const result = (box) => box.querySelector("[data-result]");

/** Do it when the box is about to be seen. */
function whenSeen(box, act) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      act();
    },
    { rootMargin: "300px" },
  );
  observer.observe(box);
}

function attachBox(box) {
  const template = document.querySelector("[data-code-template]");
  const isExercise = box.dataset.codeBox.endsWith(EXERCISE);
  box.replaceChildren(template.content.cloneNode(true));
  const button = (name) => box.querySelector(`[data-${name}]`);
  const use = whenNeeded(box);
  button("check").hidden = !isExercise;
  button("edit").hidden = isExercise;
  button("check").addEventListener("click", () => use((code) => code.run("check")));
  button("run").addEventListener("click", () => use((code) => code.run("run")));
  button("edit").addEventListener("click", () => use((code) => code.edit({ focus: true })));
  button("reset").addEventListener("click", () => use((code) => code.reset()));
  button("stop").addEventListener("click", () => use((code) => code.stop()));
  button("use-other").addEventListener("click", () => use((code) => code.useOther()));
  button("forget-other").addEventListener("click", () => use((code) => code.forgetOther()));
  if (isExercise || kept(box.dataset.codeBox)) whenSeen(box, () => use((code) => code.edit()));
}

attachAll(document, { "[data-code-box]": attachBox });
