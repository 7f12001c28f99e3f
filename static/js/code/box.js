// One code box: its editor, its buttons, and the run that was started last.
import { announce } from "../dom.js";
import { attachEditor } from "./editor.js";
import { keep, keepRevision, keepSent, kept } from "./keep.js";
import { fetchSaved, post, Saver } from "./save.js";

const words = document.querySelector("[data-code-template]").dataset;
const isMember = () => Boolean(document.body.dataset.learner);

export class CodeBox {
  /** `runs` is where code runs: the module run.js or browser.js. */
  constructor(box, original, runs) {
    this.box = box;
    this.runs = runs;
    this.name = box.dataset.codeBox;
    this.original = original.replace(/\n$/, "");
    this.sample = box.closest("[data-sample]");
    this.result = box.querySelector("[data-result]");
    this.editor = null;
    this.current = null; // ends the look-out for a run that another one follows
    if (!isMember()) return;
    const took = (saved, body) => this.took(saved, body);
    this.saver = new Saver({ name: this.name, url: box.dataset.url, took });
  }

  button(name) {
    return this.box.querySelector(`[data-${name}]`);
  }

  /** Open the editor with what was written last, here or on another device. */
  async edit({ focus = false } = {}) {
    if (!this.editor) this.open(kept(this.name)?.body ?? this.original);
    if (focus) this.editor.focus();
    await this.bringNewest();
  }

  open(body) {
    const editor = this.box.querySelector("[data-editor]");
    this.editor = attachEditor(editor, {
      onChange: (text) => this.changed(text),
      onRun: () => this.run(this.button("check").hidden ? "run" : "check"),
    });
    editor.hidden = false;
    this.sample.dataset.editing = "";
    this.button("edit").hidden = true;
    this.editor.set(body);
    this.showReset();
  }

  /** The account's newest code, unless this browser holds something that was not sent yet. */
  async bringNewest() {
    if (this.asked || !isMember() || !navigator.onLine) return;
    this.asked = true;
    const own = kept(this.name);
    if (own && !own.sent) {
      await this.saver.flush();
      return;
    }
    const before = this.editor.text();
    const saved = await fetchSaved(this.box.dataset.url);
    if (!saved || this.editor.text() !== before) return;
    if (saved.code !== null) {
      keepSent(this.name, saved.code, saved.revision);
      if (saved.code !== before) this.editor.set(saved.code);
    }
    this.showOther(saved.other);
    this.showReset();
  }

  /** The account's answer to `body`: it has that text now, or a newer one of another device. */
  took(saved, body) {
    const own = kept(this.name);
    const isCurrent = !own || own.body === body; // nothing was written meanwhile
    if (saved.code === body) {
      if (isCurrent && this.editor) keepSent(this.name, body, saved.revision);
      else if (own) keepRevision(this.name, saved.revision);
    } else if (isCurrent) {
      keepSent(this.name, saved.code, saved.revision);
      this.editor?.set(saved.code);
      this.showReset();
    } // else: what is being written is newer than that one, and is sent as such
    if (saved.other) this.showOther(saved.other);
  }

  /** What another device wrote, or this one: kept in the account beside what is in the editor. */
  showOther(text) {
    const notice = this.button("other");
    notice.hidden = !text || text === this.editor?.text();
    notice.querySelector("pre").textContent = text;
  }

  /** Put the other text into the editor; the same button then brings back what it replaced. */
  useOther() {
    const now = this.editor.text();
    this.editor.set(this.button("other").querySelector("pre").textContent);
    this.changed(this.editor.text());
    this.showOther(now);
    this.editor.focus();
  }

  async forgetOther() {
    await post(this.box.dataset.url, { kind: "forget" }).then(
      () => this.showOther(""),
      () => this.say(words.trouble),
    );
  }

  changed(text) {
    keep(this.name, text);
    this.saver?.touch();
    this.before = null;
    this.showReset();
  }

  showReset() {
    const button = this.button("reset");
    button.hidden = this.before == null && this.editor.text() === this.original;
    button.textContent = this.before == null ? words.reset : words.unreset;
  }

  /** Back to the lesson's code; the same button takes that back until something is written. */
  reset() {
    const instead = this.before ?? this.original;
    const before = this.before == null ? this.editor.text() : null;
    this.editor.set(instead);
    keep(this.name, instead);
    this.saver?.touch();
    this.before = before;
    this.showReset();
    this.editor.focus();
  }

  text() {
    return this.editor ? this.editor.text() : this.original;
  }

  /** Start a run of what stands in the editor and show what comes of it. */
  async run(kind) {
    this.editor?.mark(null);
    this.button("sign-in").hidden = true;
    this.result.hidden = false;
    if (this.runs.needsNetwork && !navigator.onLine) return this.waitForNetwork(kind);
    if (this.runs.needsAccount && !isMember()) return this.askToSignIn();
    this.current?.abort();
    this.current = new AbortController();
    const { signal } = this.current;
    this.busy(true);
    this.say(words.sending);
    const body = this.text();
    try {
      await this.runs.execute({
        name: this.name,
        url: this.box.dataset.url,
        kind,
        body,
        signal,
        tell: (state) => this.showState(state, body),
        took: (saved) => this.took(saved, body),
      });
    } catch (failure) {
      if (!signal.aborted) this.explain(failure, kind);
    } finally {
      if (!signal.aborted) this.busy(false);
    }
    return undefined;
  }

  busy(yes) {
    this.result.toggleAttribute("aria-busy", yes);
    for (const name of ["run", "check"]) this.button(name).disabled = yes;
    this.button("stop").hidden = !(yes && this.runs.canStop);
  }

  /** End what runs now; only where `canStop`. */
  stop() {
    this.current?.abort();
    this.busy(false);
    this.say(words.stopped);
    this.button("run").focus();
  }

  say(text) {
    const line = document.createElement("p");
    line.className = "run__said";
    line.textContent = text;
    this.result.replaceChildren(line);
    announce(text);
  }

  /** `null` means that the network is away for a moment. */
  showState(state, body) {
    if (!state) {
      this.say(words.waiting);
      return;
    }
    const isNew = this.said !== state.said;
    this.said = state.said;
    if (isNew || state.ended) this.runs.show(this.result, state);
    if (isNew) announce(state.said);
    if (state.line && this.text() === body) this.editor?.mark(state.line);
    if (state.solved && state.moments) this.celebrate(state.moments);
  }

  /** The server has completed the exercise: let the log's own way bring it to this page. */
  async celebrate(moments) {
    document.dispatchEvent(new CustomEvent("progress:changed"));
    const { showMoments } = await import("../gamification/moments.js");
    showMoments({ moments });
  }

  explain(failure, kind) {
    if (failure.said) this.say(failure.said);
    else if (!navigator.onLine) this.waitForNetwork(kind);
    else if (failure.name === "Refused") this.say(failure.message || words.signedOut);
    else this.say(words.trouble);
  }

  waitForNetwork(kind) {
    if (this.editor) keep(this.name, this.editor.text());
    this.say(words.offline);
    if (this.waits) return;
    this.waits = true;
    addEventListener(
      "online",
      () => {
        this.waits = false;
        this.run(kind);
      },
      { once: true },
    );
  }

  askToSignIn() {
    this.result.hidden = true;
    // A page that was kept for reading offline knows of nobody who is signed in.
    if ("offline" in document.documentElement.dataset) {
      this.result.hidden = false;
      this.say(words.offlineCopy);
      return;
    }
    const notice = this.button("sign-in");
    notice.hidden = false;
    announce(notice.textContent);
  }
}
