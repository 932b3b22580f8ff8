/* A mini-batch on three lines: as it comes, normalized, and after the weight and the bias. */
(() => {
  "use strict";
  const { Figure, svg, set, scale, moments, number, normal, clamp } = InteractiveFigures;
  const [LOW, HIGH, LEFT, RIGHT, ROW] = [-6, 10, 12, 348, 82];
  const FIRST = [1, 3, 3, 9]; // the batch of both chapters' worked examples
  const EPS = [0, 1e-7, 1e-5, 1e-3, 0.01, 0.1, 0.5, 1, 2, 4, 7, 10];
  const x = scale(LOW, HIGH, LEFT, RIGHT);
  const at = (value) => x(clamp(value, LOW, HIGH));
  const place = scale(LEFT, RIGHT, LOW, HIGH);
  const exact = (value) => String(value).replace("1e-", "10^−").replace(/\^−(\d)/, (_, d) => "⁻" + "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);

  class Batch extends Figure {
    build() {
      this.affine = this.dataset.part !== "moments";
      const names = this.affine ? ["x", "x̂", "y"] : ["x", "x̂"];
      this.frame(360, ROW * names.length + 4, `Number lines of the batch: ${names.join(", ")}`);
      this.samples = this.slider("samples N", { min: 2, max: 12, value: 4, show: String });
      this.eps = this.slider("ε", { values: EPS, value: 0, show: exact });
      if (this.affine) {
        this.gamma = this.slider("weight γ", { min: -4, max: 4, step: 0.25, value: 1 });
        this.beta = this.slider("bias β", { min: -4, max: 4, step: 0.25, value: 0 });
      }
      this.buttons({ "New batch": () => this.fresh(), "Worked example": () => this.restart() });
      this.rows = names.map((name, row) => this.line(name, row * ROW + 54));
      this.links = this.add("g", { class: "interactive-faint" });
      this.marks = this.add("g", {});
      this.handles = Array.from({ length: 12 }, (_, i) =>
        this.handle({ label: `sample ${i + 1}`, min: LOW, max: HIGH, step: 0.1,
          read: (point) => place(point.x), move: (value) => (this.x[i] = value) }));
      this.seed = 0;
      this.restart();
    }

    line(name, y) {
      const band = this.add("rect", { class: "interactive-band", y: y - 24, height: 24 });
      const mean = this.add("line", { class: "interactive-mean", y1: y - 28, y2: y });
      this.add("line", { class: "interactive-axis", x1: LEFT, x2: RIGHT, y1: y, y2: y });
      for (let tick = LOW; tick <= HIGH; tick += 2) {
        this.add("line", { class: "interactive-axis", x1: x(tick), x2: x(tick), y1: y, y2: y + 4 });
        this.add("text", { class: "interactive-tick", x: x(tick), y: y + 16 }, number(tick, 0));
      }
      this.add("text", { class: "interactive-name", x: 2, y: y - 34 }, name);
      return { y, band, mean, text: this.add("text", { class: "interactive-value", x: RIGHT, y: y - 34 }) };
    }

    restart() {
      this.x = [...FIRST];
      this.samples.value = FIRST.length;
      this.eps.value = this.affine ? 7 : 0;
      if (this.affine) [this.gamma.value, this.beta.value] = [2, 1];
    }

    fresh() {
      this.draws = normal(++this.seed);
      this.x = Array.from({ length: this.samples.value }, () => this.one());
    }

    one() {
      this.draws ||= normal(0);
      return clamp(Math.round(10 * (3 + 2.5 * this.draws())) / 10, LOW, HIGH);
    }

    draw() {
      while (this.x.length < this.samples.value) this.x.push(this.one());
      this.x.length = this.samples.value;
      const [gamma, beta] = this.affine ? [this.gamma.value, this.beta.value] : [1, 0];
      const { mean, variance } = moments(this.x);
      const root = Math.sqrt(variance + this.eps.value);
      // A batch of equal values and no ε: torch's 0/0 is `nan`; here the dots rest at 0.
      const normalized = this.x.map((value) => (root ? (value - mean) / root : 0));
      const lines = [this.x, normalized, normalized.map((value) => gamma * value + beta)];
      const shown = lines.slice(0, this.rows.length);
      const told = shown.map((values, row) => this.summarize(this.rows[row], values));
      this.connect(shown);
      const out = this.affine ? `y has mean ${told[2][0]} and standard deviation ${told[2][1]}` :
        `x̂ has mean ${told[1][0]} and standard deviation ${told[1][1]}`;
      this.say(root ? `x has mean ${told[0][0]} and standard deviation ${told[0][1]}; ${out}.` :
        "All values are equal and ε is 0: the formula divides 0 by 0.");
    }

    summarize({ y, band, mean: line, text }, values) {
      const { mean, variance } = moments(values);
      const sd = Math.sqrt(variance);
      set(band, { x: at(mean - sd), width: at(mean + sd) - at(mean - sd) });
      set(line, { x1: at(mean), x2: at(mean) });
      const told = [number(mean), number(sd)];
      text.textContent = `mean ${told[0]}, sd ${told[1]}`;
      return told;
    }

    connect(lines) {
      const height = lines.map((values, row) => values.map((value, i) => {
        const near = values.slice(0, i).filter((other) => Math.abs(at(other) - at(value)) < 9).length;
        return this.rows[row].y - 9 - 6 * (near % 4);
      }));
      const path = (i) => lines.map((values, row) => `${row ? "L" : "M"}${at(values[i])},${height[row][i]}`).join("");
      this.links.replaceChildren(...this.x.map((_, i) => svg("path", { d: path(i) })));
      this.marks.replaceChildren(...lines.slice(1).flatMap((values, row) => values.map((value, i) =>
        svg("circle", { class: at(value) === x(value) ? "interactive-dot" : "interactive-dot interactive-out",
          cx: at(value), cy: height[row + 1][i], r: 5 }))));
      this.handles.forEach((handle, i) => {
        handle.style.display = i < this.x.length ? "" : "none";
        if (i >= this.x.length) return;
        const told = lines.map((values) => number(values[i])).join(", then ");
        set(handle, { transform: `translate(${at(this.x[i])} ${height[0][i]})`,
          "aria-valuenow": +this.x[i].toFixed(1), "aria-valuetext": told });
      });
    }
  }
  customElements.define("interactive-batch", Batch);
})();
