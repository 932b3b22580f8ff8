/* Three samples: the normalized batch lies on a circle, and the gradient is tangent to it. */
(() => {
  "use strict";
  const { Figure, svg, set, scale, sum, moments, number, clamp } = InteractiveFigures;
  const [LOW, HIGH, UNIT] = [0, 5, 40]; // of the samples; pixels of the plane per unit
  const CENTER = { x: 166, y: 172 };
  const LINE = 356;
  const EPS = [0, 0.5, 2, 5];
  const ROOT = Math.sqrt(2 / 3);
  const ANGLES = [0, 1, 2].map((i) => (-90 + 120 * i) * Math.PI / 180);
  const place = scale(LOW, HIGH, 30, 330);
  const value = scale(30, 330, LOW, HIGH);
  const UPSTREAM = {
    first: ["first sample", () => [2.4, 0, 0]],
    mixed: ["mixed", () => [1, -1.5, 2]],
    same: ["all alike", () => [1, 1, 1]],
    along: ["like x̂", (normalized) => normalized.map((each) => 1.2 * each)],
  };
  const list = (values) => values.map((each) => number(each)).join(", ");
  /* Three numbers that add up to 0, as a point of the plane; lengths are kept. */
  const point = (values) => ({
    x: CENTER.x + UNIT * ROOT * sum(values.map((each, i) => each * Math.cos(ANGLES[i]))),
    y: CENTER.y + UNIT * ROOT * sum(values.map((each, i) => each * Math.sin(ANGLES[i]))),
  });
  const plus = (a, b) => a.map((each, i) => each + b[i]);

  class Circle extends Figure {
    build() {
      this.frame(360, 388, "The plane of all batches of three samples with mean 0, and the number line of the samples");
      this.backward = this.dataset.part !== "moments";
      const texts = Object.fromEntries(Object.entries(UPSTREAM).map(([key, [text]]) => [key, text]));
      if (this.backward) this.upstream = this.choice("dy", texts, "first");
      this.eps = this.slider("ε", { values: EPS, value: 0, show: String });
      this.x = [0.5, 1, 4.5]; // mean 2
      this.add("circle", { cx: CENTER.x, cy: CENTER.y, r: UNIT * Math.sqrt(3), class: "interactive-ring" });
      ANGLES.forEach((angle, i) => {
        const end = (length) => [CENTER.x + length * Math.cos(angle), CENTER.y + length * Math.sin(angle)];
        const [x, y] = end(150);
        this.add("line", { x1: CENTER.x, y1: CENTER.y, x2: x, y2: y, class: "interactive-spoke" });
        const [left, top] = end(161);
        this.add("text", { x: left, y: top + 4, class: "interactive-tick" }, `x${"₁₂₃"[i]}`);
      });
      this.ray = this.add("line", { class: "interactive-ray" });
      this.arrows = ["interactive-fill-1", "interactive-fill-3", "interactive-left"].map((kind) => {
        const node = this.add("g", { class: `interactive-arrow ${kind}` });
        node.append(svg("path", {}));
        return node;
      });
      this.spot = this.add("circle", { r: 5, class: "interactive-onto" });
      this.centered = this.add("g", { class: "interactive-handle interactive-centered" },
        svg("circle", { r: 15, class: "interactive-reach" }), svg("circle", { r: 6 }));
      this.dragPlane();
      this.names = ["x̂", "x − μ"].map((name) => this.add("text", { class: "interactive-title interactive-name" }, name));
      if (this.backward) this.gauge();
      this.add("line", { x1: place(LOW), x2: place(HIGH), y1: LINE, y2: LINE, class: "interactive-axis" });
      this.mean = this.add("line", { y1: LINE - 12, y2: LINE + 12, class: "interactive-mean" });
      this.handles = this.x.map((_, i) => this.handle({ label: `sample ${i + 1}`, min: LOW, max: HIGH, step: 0.1,
        read: (at) => value(at.x), move: (to) => (this.x[i] = to) }));
      this.labels = this.x.map((_, i) => this.add("text", { y: LINE + 26, class: "interactive-tick" }, `x${"₁₂₃"[i]}`));
    }

    /* What is perpendicular to the plane has a scale of its own. */
    gauge() {
      this.add("line", { x1: 338, x2: 338, y1: 50, y2: 294, class: "interactive-axis" });
      this.add("line", { x1: 332, x2: 344, y1: CENTER.y, y2: CENTER.y, class: "interactive-axis" });
      for (const [y, word] of [[24, "out of"], [38, "the plane"]]) this.add("text", { x: 330, y, class: "interactive-tick" }, word);
      this.out = this.add("rect", { x: 333, width: 10, class: "interactive-fill-2" });
    }

    /* The batch without its mean can be dragged in the plane; the keys move the samples. */
    dragPlane() {
      const node = this.centered;
      set(node, {
        pointerdown: (event) => { node.setPointerCapture(event.pointerId); event.preventDefault(); },
        pointermove: (event) => {
          if (!node.hasPointerCapture(event.pointerId)) return;
          const at = this.where(event);
          const mean = sum(this.x) / 3;
          this.x = ANGLES.map((angle) => {
            const along = ((at.x - CENTER.x) * Math.cos(angle) + (at.y - CENTER.y) * Math.sin(angle)) / UNIT;
            return clamp(Math.round((mean + ROOT * along) * 10) / 10, LOW, HIGH);
          });
          this.draw();
        },
      });
    }

    /* The normalized batch, and the parts of the gradient before the last factor 1/√(σ² + ε). */
    flow() {
      const { mean, variance } = moments(this.x);
      const rstd = 1 / Math.sqrt(variance + this.eps.value);
      const centered = this.x.map((each) => each - mean);
      const normalized = centered.map((each) => each * rstd);
      if (!this.backward) return { mean, rstd, centered, normalized };
      const dy = UPSTREAM[this.upstream.value][1](normalized);
      const byMean = dy.map(() => -sum(dy) / 3);
      const along = sum(dy.map((each, i) => each * normalized[i])) / 3;
      const byVariance = normalized.map((each) => -each * along);
      const left = plus(plus(dy, byMean), byVariance);
      return { mean, rstd, centered, normalized, dy, byMean, byVariance, left };
    }

    draw() {
      const all = this.flow();
      this.handles.forEach((handle, i) => set(handle, { transform: `translate(${place(this.x[i])} ${LINE})`,
        "aria-valuenow": +this.x[i].toFixed(1), "aria-valuetext": number(this.x[i], 1) }));
      this.labels.forEach((label, i) => set(label, { x: place(this.x[i]) }));
      set(this.mean, { x1: place(all.mean), x2: place(all.mean) });
      const from = point(all.centered);
      set(this.centered, { transform: `translate(${from.x} ${from.y})` });
      this.name(this.names[1], from, all.centered, 1);
      const defined = Number.isFinite(all.rstd);
      for (const node of [this.ray, this.spot, this.names[0], ...this.arrows, ...(this.backward ? [this.out] : [])]) node.style.display = defined ? "" : "none";
      if (!defined) return void this.say("All samples are equal, and ε = 0 divides 0 by 0: the batch has no place on the circle.");
      const at = point(all.normalized);
      set(this.spot, { cx: at.x, cy: at.y });
      this.name(this.names[0], at, all.centered, -1);
      set(this.ray, { x1: CENTER.x, y1: CENTER.y, x2: from.x, y2: from.y });
      const lies = this.eps.value ? "inside the circle" : "on the circle";
      if (!this.backward) return void this.say(`x is ${list(this.x)}, with mean ${number(all.mean)}; x̂ is ${list(all.normalized)}, and lies ${lies}.`);
      const flat = point(plus(all.normalized, plus(all.dy, all.byMean)));
      const end = point(plus(all.normalized, all.left));
      [[at, flat], [flat, end], [at, end]].forEach(([a, b], i) => this.arrow(this.arrows[i], a, b));
      const height = UNIT * Math.sqrt(3) * -all.byMean[0];
      set(this.out, { y: CENTER.y - Math.max(0, height), height: Math.abs(height) });
      this.tell(all);
    }

    /* A name beside a point: on the ray towards the center, or beside the ray, off the name of a spoke. */
    name(node, at, centered, side) {
      const away = point(centered);
      const length = Math.hypot(away.x - CENTER.x, away.y - CENTER.y) || 1;
      const [ux, uy] = [(away.x - CENTER.x) / length, (away.y - CENTER.y) / length];
      const [dx, dy] = side > 0 ? [30 * uy, -20 * ux] : [18 * (uy - ux), -18 * uy];
      set(node, { x: at.x + dx, y: at.y + 5 + dy });
    }

    arrow(node, from, to) {
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const length = Math.hypot(dx, dy);
      if (length < 1) return set(node.firstChild, { d: "" });
      const tip = Math.min(9, length / 2);
      const [ux, uy] = [dx / length, dy / length];
      const wing = (side) => `${to.x - tip * ux - side * tip * 0.55 * uy},${to.y - tip * uy + side * tip * 0.55 * ux}`;
      set(node.firstChild, { d: `M${from.x},${from.y}L${to.x},${to.y}M${wing(1)}L${to.x},${to.y}L${wing(-1)}` });
    }

    tell({ normalized, dy, byMean, byVariance, left, rstd }) {
      const dx = left.map((each) => each * rstd);
      const along = sum(left.map((each, i) => each * normalized[i]));
      this.say(`x is ${list(this.x)}; x̂ is ${list(normalized)}. dy is ${list(dy)}. The mean adds ${number(byMean[0])} to each, ` +
        `the variance adds ${list(byVariance)}, and ${list(left)} is left. Divided by √(σ² + ε) it is dx: ${list(dx)}. ` +
        (Math.abs(along) < 1e-9 ? "dx is tangent to the circle." : "With ε, a part of dx points along x̂."));
    }
  }
  customElements.define("interactive-circle", Circle);
})();
