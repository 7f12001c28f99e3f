// Blocking, right behind the menu that it moves: where you are is in sight from the first paint.
(() => {
  const list = document.querySelector(".settings__nav > ul");
  const current = list?.querySelector("[aria-current]");
  if (current) list.scrollLeft = current.offsetLeft - (list.clientWidth - current.offsetWidth) / 2;
})();
