// On every page: load the rest only where somebody is signed in, has progress, or may make some.
function hasLocal() {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith("lp1|"));
  } catch {
    return false;
  }
}

const marks = "[data-progress-toggle], [data-answer], [data-transfer]";
if (document.body.dataset.learner || document.querySelector(marks) || hasLocal()) {
  import("./main.js");
}
