// Notes and bookmarks: below a lesson, and on the page that lists them.
import { announce, fragment } from "../dom.js";
import { bookmark, bookmarkOf, isDone, live, names, undo } from "./log.js";
import { notesIn, notesOf, writeNote } from "./notes.js";
import * as store from "./store.js";
import { state as syncState } from "./sync.js";
import { changed, knows, scope } from "./ui.js";

/** Keep what the lesson is called: the list of notes has no other way to know it without a network. */
function keepPlace({ notes, title, url }) {
  store.writeJson("places", { ...store.readJson("places", {}), [notes]: { title, url } });
}

/** The button that bookmarks a lesson. */
export function attachBookmark(form) {
  const uid = form.dataset.bookmark;
  const target = bookmarkOf(uid);
  const button = form.querySelector("button");
  const isMarked = () => isDone(live(scope()), target);
  button.disabled = false; // without an account there was nobody to post to
  form.addEventListener("submit", (event) => {
    const marked = isMarked();
    if (!marked && form.dataset.marked === "true" && !knows(target)) return; // the server takes it back
    event.preventDefault();
    if (marked) undo(scope(), target);
    else bookmark(scope(), uid);
    keepPlace(form.closest("[data-notes]").dataset);
    announce(form.dataset[marked ? "saidRemoved" : "saidAdded"]);
    changed();
  });
  document.addEventListener("progress:shown", () => {
    if (!knows(target)) return;
    form.dataset.marked = String(isMarked());
    button.textContent = form.dataset[isMarked() ? "remove" : "add"];
  });
}

/** Whether the log knows all notes: of an account only after its first answer. */
const knowsNotes = () => !document.body.dataset.learner || store.readJson(`${scope()}|notes`) !== null;

function fillRow(row, id, note) {
  row.dataset.note = id;
  row.querySelector("[data-note-text]").textContent = note.t;
  const place = row.querySelector("[data-note-place]");
  place.hidden = !note.p;
  place.querySelector("a").href = `#${note.p ?? ""}`;
  const form = row.querySelector("form");
  form.elements.note.value = id;
  form.elements.place.value = note.p ?? "";
  // What somebody is writing at this moment is left alone.
  if (!row.querySelector("details").open) form.elements.text.value = note.t;
}

/** Notes of the log below a lesson; rows keep their place and what is being written in them. */
function showNotes(section) {
  if (!knowsNotes()) return;
  const list = section.querySelector("[data-note-list]");
  const pattern = section.querySelector("[data-note-row]").content;
  const rows = new Map([...list.children].map((row) => [row.dataset.note, row]));
  const found = notesOf(scope(), section.dataset.notes);
  const ids = new Set(found.map(([id]) => id));
  for (const [id, row] of rows) if (!ids.has(id)) row.remove();
  for (const [id, note] of found) {
    const row = rows.get(id) ?? pattern.cloneNode(true).firstElementChild;
    fillRow(row, id, note);
    if (!row.isConnected) list.append(row);
  }
}

function saveNote(section, form, deleting) {
  const text = deleting ? "" : form.elements.text.value.trim();
  const note = form.elements.note?.value || undefined;
  if (!text && !note) return;
  writeNote(scope(), section.dataset.notes, text, { note, place: form.elements.place.value });
  keepPlace(section.dataset);
  const edit = form.closest("details");
  if (edit) {
    edit.open = false;
    edit.querySelector("summary").focus();
  } else {
    form.reset();
    form.elements.place.value = ""; // a reset leaves hidden fields as they are
  }
  const state = section.querySelector("[data-note-state]");
  state.textContent = state.dataset[text ? "saved" : "deleted"];
  if (!text) section.querySelector("[data-note-form] textarea").focus();
  changed();
}

function attachPanel(section) {
  section.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-note-form], [data-note-edit]")) return;
    event.preventDefault();
    saveNote(section, event.target, event.submitter?.value === "delete");
  });
  document.addEventListener("progress:shown", () => showNotes(section));
}

// --- the page that lists all -----------------------------------------------------------------------

/** The title and address of a lesson, as far as this browser knows them. */
function placeOf(uid) {
  const places = store.readJson("places", {});
  return places[uid] ?? places[store.readJson("alias", {})[uid]];
}

function linkTo(link, uid, anchor = "") {
  const place = placeOf(uid);
  link.textContent = place?.title ?? uid;
  if (place) link.href = `${place.url}${anchor}`;
}

function showBookmarks(box, state) {
  const uids = [...state.keys()].filter((target) => target.endsWith("#bookmark"));
  const rows = uids.map((target) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    item.className = "row";
    link.className = "row__title";
    linkTo(link, target.split("#")[0]);
    item.append(link);
    return item;
  });
  box.querySelector("[data-bookmark-list]").replaceChildren(...rows.reverse());
  box.querySelector("[data-no-bookmarks]").hidden = rows.length > 0;
}

function lessonOf(box, uid, notes) {
  const part = box.querySelector("[data-notebook-lesson]").content.cloneNode(true).firstElementChild;
  linkTo(part.querySelector("a"), uid, "#notes");
  const pattern = box.querySelector("[data-notebook-note]").content;
  const items = notes.map(({ t, p }) => {
    const item = pattern.cloneNode(true).firstElementChild;
    item.querySelector(".note__text").textContent = t;
    const link = item.querySelector("a");
    const place = placeOf(uid);
    if (p && place) link.href = `${place.url}#${p}`;
    else link.parentElement.remove();
    return item;
  });
  part.querySelector("ul").append(...items);
  return part;
}

function showLessons(box) {
  const byLesson = new Map();
  const newest = [...notesIn(scope()).values()].sort((one, other) => other.at - one.at);
  for (const note of newest) {
    const [head] = names(note.l);
    byLesson.set(head, [...(byLesson.get(head) ?? []), note]);
  }
  const parts = [...byLesson].map(([uid, notes]) => lessonOf(box, uid, notes));
  box.querySelector("[data-lesson-list]").replaceChildren(...parts);
  box.querySelector("[data-no-notes]").hidden = parts.length > 0;
}

/** A member's list comes from the server: once it has what waited here, ask for it again. */
async function renew(box) {
  const response = await fetch(location.href, { credentials: "same-origin" });
  if (!response.ok || response.redirected) return;
  const fresh = fragment(await response.text()).querySelector("[data-notebook-lists]");
  if (fresh) box.querySelector("[data-notebook-lists]").replaceWith(fresh);
}

function attachNotebook(box) {
  if ("byServer" in box.dataset) {
    const waited = store.operations(scope()).some((op) => op.st === "p" && "nbu".includes(op.k));
    let asked = !waited;
    document.addEventListener("progress:sync", () => {
      if (asked || syncState.name !== "synced") return;
      asked = true;
      renew(box).catch(() => {}); // offline again: the list is as old as the page
    });
    return;
  }
  document.addEventListener("progress:shown", () => {
    showBookmarks(box, live(scope()));
    showLessons(box);
  });
}

export const attachNotes = (element) =>
  "notebook" in element.dataset ? attachNotebook(element) : attachPanel(element);
