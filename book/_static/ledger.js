/* <claim-filter>: shows the claims that have a verdict and some words. Without it all are shown. */
customElements.define("claim-filter", class extends HTMLElement {
  connectedCallback() {
    this.rows = [...document.querySelectorAll("table.ledger tr.claim")];
    this.addEventListener("input", () => this.apply());
    this.hidden = false;
    const linked = () => this.rows.find((row) => row.contains(document.querySelector(":target")));
    if (!linked()) this.apply();
    addEventListener("hashchange", () => {
      const row = linked();
      if (!row?.hidden) return;
      for (const part of this.querySelectorAll("select, input")) part.value = "";
      this.apply();
      row.scrollIntoView();
    });
  }

  apply() {
    const verdict = this.querySelector("select").value;
    const words = this.querySelector("input").value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of this.rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !(words.every((word) => text.includes(word))
        && (!verdict || row.classList.contains(verdict)));
      shown += !row.hidden;
    }
    this.querySelector("output").textContent = `${shown} of ${this.rows.length} claims`;
  }
});
