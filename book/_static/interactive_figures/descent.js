/* Gradient descent on one least-squares problem: with the features as they are, and standardized. */
(() => {
  "use strict";
  const { Figure, svg, set, scale, number } = InteractiveFigures;
  const [SIDE, MOST, NEAR] = [168, 500, 0.01];
  const LEVELS = [0.02, 0.1, 0.25, 0.5, 1, 2];

  /* The loss is ½ eᵀAe, where e is how far the two weights are from the best ones. */
  const times = ([[a, b], [c, d]], [x, y]) => [a * x + b * y, c * x + d * y];
  const eigenvalues = ([[a, b], [, d]]) => {
    const spread = Math.hypot((a - d) / 2, b);
    return [(a + d) / 2 + spread, (a + d) / 2 - spread];
  };

  class Descent extends Figure {
    build() {
      this.frame(360, SIDE + 44, "Two maps of the loss over two weights, with the path of gradient descent");
      this.spread = this.slider("spread ratio", { min: 1, max: 8, step: 0.5, value: 4, show: (v) => number(v, 1) });
      this.correlation = this.slider("correlation", { min: 0, max: 0.9, step: 0.1, value: 0, show: (v) => number(v, 1) });
      this.rate = this.slider("relative rate", { min: 0.05, max: 1.05, step: 0.05, value: 0.45, show: (v) => `${number(100 * v, 0)}\u00a0%` });
      this.steps = this.slider("steps", { min: 0, max: 60, value: 20, show: String });
      this.buttons({ "Run from the start": () => this.run(this.steps, 60) });
      this.panels = ["as they are", "standardized"].map((title, i) => {
        const left = i * (SIDE + 24);
        this.add("text", { x: left + SIDE / 2, y: 12, class: "interactive-title" }, title);
        const clip = `${this.steps.row.querySelector("input").id}-${i}`;
        this.add("clipPath", { id: clip }, svg("rect", { x: left, y: 20, width: SIDE, height: SIDE }));
        const inside = this.add("g", { "clip-path": `url(#${clip})` });
        this.add("rect", { x: left, y: 20, width: SIDE, height: SIDE, class: "interactive-box" });
        const text = this.add("text", { x: left + SIDE / 2, y: SIDE + 38, class: "interactive-title" });
        return { left, inside, text };
      });
    }

    /* Path of the weights' errors, and the step at which they are within 1 % of the start. */
    descend(matrix, start) {
      const rate = (this.rate.value * 2) / eigenvalues(matrix)[0];
      const path = [start];
      const far = NEAR * Math.hypot(...start);
      let near = null;
      for (let k = 0; k < MOST && (k < this.steps.value || near === null); k++) {
        const slope = times(matrix, path[k]);
        path.push(path[k].map((value, i) => value - rate * slope[i]));
        if (near === null && Math.hypot(...path[k + 1]) <= far) near = k + 1;
      }
      return { path: path.slice(0, this.steps.value + 1), near };
    }

    draw() {
      const [s, r] = [this.spread.value, this.correlation.value];
      // Both weights should be 1 and begin at 0. Standardized, the second weight is s times larger.
      const problems = [
        { matrix: [[1, r * s], [r * s, s * s]], start: [-1, -1] },
        { matrix: [[1, r], [r, 1]], start: [-1, -s] },
      ];
      const told = problems.map((problem, i) => this.panel(this.panels[i], problem));
      const words = this.rate.value > 1 ? "The rate is beyond the largest stable one, so both run away." :
        `Within 1\u00a0% of the best weights: after ${told[0]} with the features as they are, after ${told[1]} standardized.`;
      const [high, low] = eigenvalues(problems[1].matrix);
      this.say(words + (r && this.rate.value <= 1 ? ` Standardizing leaves the correlation, and with it a condition number of ${number(high / low, 1)}.` : ""));
    }

    panel({ left, inside, text }, { matrix, start }) {
      const [high, low] = eigenvalues(matrix);
      const reach = 1.25 * Math.max(...start.map(Math.abs));
      const x = scale(-reach, reach, left, left + SIDE);
      const y = scale(-reach, reach, SIDE + 20, 20);
      const angle = high === low ? 0 : Math.atan2(high - matrix[0][0], matrix[0][1] || 1e-12);
      const loss = 0.5 * start.reduce((total, value, i) => total + value * times(matrix, start)[i], 0);
      const radius = (level, value) => Math.sqrt((2 * level * loss) / value) * (SIDE / (2 * reach));
      const rings = LEVELS.map((level) => svg("ellipse", { class: "interactive-ring", rx: radius(level, high), ry: radius(level, low),
        transform: `translate(${x(0)} ${y(0)}) rotate(${(-angle * 180) / Math.PI})` }));
      const { path, near } = this.descend(matrix, start);
      const points = path.filter((point) => Math.hypot(...point) < 1e3 * reach).map((point) => [x(point[0]), y(point[1])]);
      inside.replaceChildren(...rings, svg("polyline", { class: "interactive-path", points: points.join(" ") }),
        ...points.map(([cx, cy]) => svg("circle", { class: "interactive-step", cx, cy, r: 2.5 })),
        svg("path", { class: "interactive-best", d: `M${x(0) - 5},${y(0)}h10M${x(0)},${y(0) - 5}v10` }));
      text.textContent = `condition number ${number(high / low, 1)}`;
      return near === null ? `more than ${MOST} steps` : `${near} step${near === 1 ? "" : "s"}`;
    }
  }
  customElements.define("interactive-descent", Descent);
})();
