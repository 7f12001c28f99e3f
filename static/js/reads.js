// Tells the site that a lesson was read: after a while on the page, and once. Nothing about who.
const STAYED = 10_000;
const lesson = document.querySelector("[data-lesson]")?.dataset.lesson;

if (lesson) {
  setTimeout(() => {
    if (document.visibilityState === "visible") navigator.sendBeacon(`/reads/${lesson}`);
  }, STAYED);
}
