/* MathJax is two megabytes of script: it is fetched once the words are on the screen. */
(() => {
  "use strict";
  const address = new URL("mathjax/tex-svg.js", document.currentScript.src).href;
  window.formulas = new Promise((typeset, failed) => {
    const load = () => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => window.MathJax.startup.promise.then(typeset, failed);
      script.onerror = failed;
      document.head.append(script);
    };
    requestAnimationFrame(() => setTimeout(load));
  });
})();
