/* Folded measurements: what an address or the search leads to is open, and so is all on paper. */
(() => {
  "use strict";
  const open = (folds) => folds.forEach((fold) => { fold.open = true; });
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    // The search finds a section by its folded text too, and cannot name the fold.
    if (location.search === "?open") open(target.querySelectorAll(":scope > details"));
    target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  if (location.hash) arrive();
  addEventListener("beforeprint", () => open(document.querySelectorAll("main details")));
})();
