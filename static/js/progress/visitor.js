// What members' pages say of quests and achievements, for a log that this browser alone knows.

const one = (root, selector) => root.querySelector(selector);

function showQuest(box, quests) {
  const [done, total] = quests[box.dataset.questCount] ?? [0, 0];
  one(box, "progress").value = done;
  one(box, "span").textContent = `${done} / ${total}`;
}

/** A secret achievement takes the place of one of the cards with a "?" in its section. */
function reveal({ slug, scope, icon, title, text }) {
  const card = document.querySelector(`[data-scope="${scope}"] .award--secret`);
  if (!card) return null;
  card.classList.remove("award--secret");
  card.dataset.award = slug;
  one(card, ".award__icon").textContent = icon;
  one(card, ".award__title").textContent = title;
  one(card, ".award__words p").textContent = text;
  return card;
}

function showAward(award) {
  const known = document.querySelector(`[data-award="${award.slug}"]`);
  const card = known ?? (award.earned ? reveal(award) : null);
  if (!card) return;
  card.classList.toggle("award--got", award.earned);
  const earned = one(card, "[data-award-earned]");
  const meter = one(card, "[data-award-meter]");
  earned.hidden = !award.earned;
  meter.hidden = award.need === undefined;
  if (meter.hidden) return;
  Object.assign(one(meter, "progress"), { max: award.need, value: award.have });
  one(meter, "span").textContent = `${award.have} / ${award.need}`;
}

function showCount(section) {
  const got = section.querySelectorAll(".award--got").length;
  const words = one(section, "[data-award-count]");
  words.textContent = words.dataset.awardCount.replace("999", got);
}

document.addEventListener("progress:numbers", ({ detail: { achievements, quests } }) => {
  for (const box of document.querySelectorAll("[data-quest-count]")) showQuest(box, quests ?? {});
  for (const award of achievements ?? []) showAward(award);
  for (const section of document.querySelectorAll("[data-scope]")) showCount(section);
});
