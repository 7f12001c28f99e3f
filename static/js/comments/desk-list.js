// Acts beside the text: what an act asks for is shown over the list, what it did in its row.
import { fragment } from "../dom.js";

const legend = document.querySelector("[data-desk-acts]");
const told = document.querySelector("[data-desk-told]");
const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
const HEADERS = { "X-Requested-With": "fetch" };
let undoable = [];
let isBusy = false;

const dialog = document.createElement("dialog");
dialog.className = "desk-panel";
document.body.append(dialog);

const rows = () => [...document.querySelectorAll("#result_list tbody tr")];
const boxOf = (row) => row.querySelector("input.action-select");
const current = () => document.querySelector("#result_list tr.desk-current") ?? rows()[0];

/** The rows that are ticked, or else the one where the author of the act is. */
function concerned() {
  const ticked = rows().filter((row) => boxOf(row)?.checked);
  return ticked.length ? ticked : [current()].filter(Boolean);
}

const addressOf = (name, chosen) =>
  `${legend.dataset.url.replace("NAME", name)}?ids=${chosen.map((row) => boxOf(row).value).join(",")}`;

async function send(url, body) {
  body.set("csrfmiddlewaretoken", token());
  return fetch(url, { method: "POST", body, headers: HEADERS, credentials: "same-origin" });
}

/** Say what was done in each row, tick nothing any more, and go to the next that waits. */
function showDone(chosen, answer) {
  for (const row of chosen) {
    if (boxOf(row).checked) boxOf(row).click();
    row.classList.toggle("desk-done", Boolean(answer.told));
  }
  told.replaceChildren([answer.told, ...answer.problems].filter(Boolean).join(" "));
  if (answer.undo.length) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = `${legend.dataset.undoWord} (z)`;
    button.addEventListener("click", undo);
    undoable.push({ ids: answer.undo, chosen });
    told.append(" ", button);
  }
  if (answer.told) goOn(chosen[chosen.length - 1]);
}

function goOn(row) {
  const all = rows();
  const next = all.slice(all.indexOf(row) + 1).find((each) => !each.classList.contains("desk-done"));
  document.dispatchEvent(new CustomEvent("desk-go", { detail: next ?? row }));
}

async function undo() {
  const last = undoable.pop();
  if (!last) return;
  const response = await send(`${legend.dataset.undoUrl}?ids=${last.ids.join(",")}`, new FormData());
  const answer = await answerOf(response);
  if (!answer?.told) {
    told.textContent = answer?.problems.join(" ") ?? legend.dataset.failed;
    return;
  }
  for (const row of last.chosen) row.classList.remove("desk-done");
  told.textContent = legend.dataset.undone;
  document.dispatchEvent(new CustomEvent("desk-go", { detail: last.chosen[0] }));
}

/** JSON of an act that was done; null where the server asks on, or the session is gone. */
async function answerOf(response) {
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  return isJson ? response.json() : null;
}

/** Where one goes on: what is searched for, then what was found, else the button itself. */
function firstField(form) {
  const query = dialog.querySelector("[data-desk-search] [name=q]");
  const found = form.querySelector("[type=radio]");
  if (query?.value && found) found.checked = true;
  if (query) return query.value && found ? found : query;
  return form.querySelector("input[type=submit]");
}

function showForm(html, url, chosen) {
  dialog.replaceChildren(fragment(html));
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "button", textContent: legend.dataset.cancel });
  close.addEventListener("click", () => dialog.close());
  const form = dialog.querySelector("[data-desk-form]");
  form.querySelector(".submit-row").append(close);
  if (!dialog.open) dialog.showModal();
  firstField(form).focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(url, new FormData(form), chosen);
  });
  dialog.querySelector("[data-desk-search]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = new FormData(event.target).get("q");
    ask(`${url}&q=${encodeURIComponent(query)}`, url, chosen);
  });
}

async function ask(address, url, chosen) {
  const response = await fetch(address, { headers: HEADERS, credentials: "same-origin" });
  if (!response.ok || response.redirected) told.textContent = legend.dataset.failed;
  else showForm(await response.text(), url, chosen);
}

async function run(url, body, chosen) {
  if (isBusy) return;
  isBusy = true;
  try {
    const response = await send(url, body);
    const answer = await answerOf(response);
    if (answer) {
      dialog.close();
      showDone(chosen, answer);
    } else if (response.status === 400) {
      showForm(await response.text(), url, chosen);
    } else {
      dialog.close();
      told.textContent = legend.dataset.failed;
    }
  } catch {
    told.textContent = legend.dataset.failed;
  } finally {
    isBusy = false;
  }
}

/** Begin an act. What needs nothing but a reason that may be left out is done at once. */
function begin(name, chosen) {
  if (!chosen.length) return;
  const url = addressOf(name, chosen);
  if (AT_ONCE.has(name)) run(url, new FormData(), chosen);
  else ask(url, url, chosen);
}

const AT_ONCE = new Set(["restore", "take", "release", "unlock"]);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#result_list [data-act]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  begin(link.dataset.act, [link.closest("tr")]);
});

/** In the panel a digit chooses a usual text; a reason needs no more, an answer is read first. */
function choose(digit) {
  const list = dialog.querySelector("[data-canned]");
  const option = list?.options[digit];
  if (!option?.value) return;
  list.value = option.value;
  list.dispatchEvent(new Event("change", { bubbles: true }));
  const form = dialog.querySelector("[data-desk-form]");
  if (form.elements.reason) form.requestSubmit();
  else form.querySelector("input[type=submit]").focus();
}

const isTyping = (target) => target.closest("input:not([type=checkbox], [type=submit], [type=radio]), textarea, select");

document.addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, isComposing, target } = event;
  if (dialog.open && key === "Enter" && (ctrlKey || metaKey)) {
    event.preventDefault();
    dialog.querySelector("[data-desk-form]").requestSubmit();
    return;
  }
  if (isComposing || ctrlKey || metaKey || altKey || isTyping(target)) return;
  if (dialog.open) {
    if (/^[1-9]$/.test(key)) {
      event.preventDefault();
      choose(Number(key));
    }
    return;
  }
  const act = legend.querySelector(`[data-letter="${CSS.escape(key)}"]`);
  if (!act && key !== "z") return;
  event.preventDefault();
  if (act) begin(act.dataset.name, concerned());
  else undo();
});
