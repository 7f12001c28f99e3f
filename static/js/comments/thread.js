// Conversations in place: pages of comments, reply forms, previews. Without it everything works
// by links and form posts.
import { announce, attachAll, fragment, post } from "../dom.js";
import { carrySelection } from "./report.js";

// Who has no account writes no comments.
const typed = document.body.dataset.learner ? await import("../typed.js") : null;

/** A part of a page of ours, or null when the server says no; then the link itself is followed. */
async function part(url) {
  try {
    const response = await fetch(url, {
      credentials: "same-origin",
      headers: { "X-Requested-With": "fetch" },
    });
    return response.ok && !response.redirected ? fragment(await response.text()) : null;
  } catch {
    return null;
  }
}

/** Times of the anonymous are shown by their own clock, which the server does not know. */
function ownTimes(root) {
  if (!document.querySelector("[data-own-times]")) return;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "short",
    timeStyle: "short",
  });
  for (const time of root.querySelectorAll(".comment__time time")) {
    time.textContent = format.format(new Date(time.dateTime));
  }
}

function attach(root) {
  ownTimes(root);
  attachAll(root, {
    "[data-thread-part]": threadPart,
    "[data-thread-more]": moreComments,
    "[data-reply]": replyLink,
    "[data-comment-form]": commentForm,
  });
}

function plainClick(event) {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
}

const asked = new WeakMap(); // how often something was asked of an element

/**
 * Follow a link within `owner`: `show` gets the part that it leads to. Of several clicks the last
 * one counts, whichever answer comes last; where there is no part the link itself is followed.
 */
function followInPlace(link, owner, show) {
  link.addEventListener("click", async (event) => {
    if (!plainClick(event)) return;
    event.preventDefault();
    const number = (asked.get(owner) ?? 0) + 1;
    asked.set(owner, number);
    const content = await part(link.href);
    if (asked.get(owner) !== number) return;
    if (!content || !show(content)) location.assign(link.href);
  });
}

/** Another order: the list is exchanged. */
function threadPart(link) {
  const thread = link.closest("[data-thread]");
  followInPlace(link, thread, (content) => {
    const list = thread.querySelector("[data-thread-list]");
    list.replaceChildren(content);
    attach(list);
    for (const other of link.parentElement.children) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    announce(link.textContent);
    return true;
  });
}

/** The next page is added below this one, and the focus moves to its first comment. */
function moreComments(link) {
  const thread = link.closest("[data-thread]");
  followInPlace(link, thread, (content) => {
    const fresh = [...content.querySelectorAll(".comments > li")];
    const next = content.querySelector(".thread__more");
    thread.querySelector(".comments").append(...fresh);
    link.parentElement.replaceWith(...(next ? [next] : []));
    for (const item of fresh) attach(item);
    if (next) attach(next);
    fresh[0]?.setAttribute("tabindex", "-1");
    fresh[0]?.focus();
    return true;
  });
}

/** The reply form opens below the comment; once it is open the link leads back into it. */
function replyLink(link) {
  const comment = link.closest(".comment");
  link.addEventListener("click", (event) => {
    const open = comment.querySelector(":scope > [data-comment-form]");
    if (!open || !plainClick(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    open.querySelector("[data-comment-body]").focus();
  });
  followInPlace(link, comment, (content) => {
    const form = content.querySelector("[data-comment-form]");
    if (!form) return false;
    form.action = link.pathname;
    comment.append(form);
    commentForm(form);
    const body = form.querySelector("[data-comment-body]");
    body.focus();
    body.setSelectionRange(body.value.length, body.value.length);
    return true;
  });
}

function commentForm(form) {
  const body = form.querySelector("[data-comment-body]");
  typed?.attachTyped(form);
  let composing = false;
  let sent = false;
  body.addEventListener("compositionstart", () => (composing = true));
  body.addEventListener("compositionend", () => (composing = false));
  body.addEventListener("keydown", (event) => {
    // Enter ends a Hangul syllable; only a finished one may send.
    if (event.isComposing || composing || event.keyCode === 229) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[type=submit]"));
    }
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "preview") return;
    if (sent) event.preventDefault();
    sent = true;
    // The browser's back button brings the page back as it was: let it send again.
    setTimeout(() => (sent = false), 5000);
  });
  previewButton(form, body);
}

function previewButton(form, body) {
  const button = form.querySelector("[data-preview-button]");
  const place = form.querySelector("[data-preview]");
  const url = document.querySelector("[data-preview-url]")?.dataset.previewUrl;
  if (!button || !place || !url) return;
  let busy = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    if (!(await showPreview(url, body.value, place))) form.requestSubmit(button);
    busy = false;
  });
}

/** Whether the server had an answer for this place: a preview, or why not in plain words. */
async function showPreview(url, text, place) {
  const data = new FormData();
  data.set("body", text);
  try {
    const response = await post(url, data);
    // The sign-in page, or one about an error, is not for here: the form itself leads there.
    if (response.redirected) return false;
    const plain = response.headers.get("Content-Type")?.startsWith("text/plain");
    if (!response.ok && !plain) return false;
    const answer = await response.text();
    if (response.ok) place.replaceChildren(fragment(answer));
    else place.textContent = answer;
    return true;
  } catch {
    return false;
  }
}

attach(document);
attachAll(document, { "[data-report-link]": carrySelection });
