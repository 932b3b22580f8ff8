/* The gradient's three ways back through batch norm, each of which can be shut. */
(() => {
  "use strict";
  const { Figure, svg, set, scale, sum, moments, number } = InteractiveFigures;
  const X = [1, 3, 3, 9]; // the batch of the chapter's worked example, with mean 4 and variance 9
  const GAMMA = 3;
  const WAYS = { direct: "direct", mean: "by the mean", variance: "by the variance" };
  const ROUTES = { // from x̂ back to x
    mean: ["M318,62 C290,14 240,14 206,20 M154,20 C120,14 66,14 36,58", "μ", 20],
    direct: ["M316,74 H44", "x − μ", 74],
    variance: ["M318,86 C290,134 240,134 206,128 M154,128 C120,134 66,134 36,90", "σ²", 128],
  };
  const TIPS = { // of the arrows, where they reach x
    mean: "translate(36 58) rotate(-60)", direct: "translate(44 74)", variance: "translate(36 90) rotate(60)",
  };
  const COLOURS = ["1", "2", "3"];
  const UPSTREAM = {
    worked: ["worked example", () => [1, 3, -3, 3]],
    one: ["first sample", () => [3, 0, 0, 0]],
    same: ["all alike", () => [2, 2, 2, 2]],
    along: ["like x̂", (normalized) => normalized.map((value) => 2 * value)],
  };
  const y = scale(-4.2, 4.2, 312, 162);
  const list = (values) => values.map((value) => number(value)).join(", ");

  class Paths extends Figure {
    build() {
      this.frame(360, 334, "The graph of batch norm, and the gradient of each sample");
      const texts = Object.fromEntries(Object.entries(UPSTREAM).map(([key, [text]]) => [key, text]));
      this.upstream = this.choice("dy", texts, "worked");
      this.open = this.choice("Paths", WAYS, Object.keys(WAYS), true);
      this.ways = Object.keys(WAYS).map((way, i) => this.way(way, COLOURS[i]));
      for (const [name, x] of [["x", 24], ["x̂", 336]]) {
        this.add("circle", { cx: x, cy: 74, r: 18, class: "interactive-node" });
        this.add("text", { x, y: 79, class: "interactive-title interactive-name" }, name);
      }
      this.add("line", { x1: 36, x2: 356, y1: y(0), y2: y(0), class: "interactive-axis" });
      for (const tick of [-3, 0, 3]) this.add("text", { x: 30, y: y(tick) + 4, class: "interactive-value" }, number(tick, 0));
      X.forEach((value, i) => this.add("text", { x: 78 + 80 * i, y: 330, class: "interactive-tick" }, `x = ${value}`));
      this.bars = this.add("g", {});
    }

    way(way, colour) {
      const [route, name, at] = ROUTES[way];
      const node = this.add("g", { class: `interactive-way interactive-colour-${colour}`, click: () => this.toggle(way) });
      node.append(svg("path", { d: route, class: "interactive-reach" }), svg("path", { d: route }),
        svg("path", { d: "M9,-6L0,0L9,6", transform: TIPS[way] }),
        svg("rect", { x: 154, y: at - 13, width: 52, height: 26, rx: 6 }),
        svg("text", { x: 180, y: at + 4, class: "interactive-title" }, name));
      return { way, node };
    }

    toggle(way) {
      const open = this.open.value;
      this.open.value = open.includes(way) ? open.filter((other) => other !== way) : [...open, way];
      this.draw();
    }

    /* What reaches each sample by each way, for ε = 0. */
    flow() {
      const { mean, variance } = moments(X);
      const rstd = 1 / Math.sqrt(variance);
      const slope = GAMMA * rstd;
      const normalized = X.map((value) => (value - mean) * rstd);
      const dy = UPSTREAM[this.upstream.value][1](normalized);
      const along = sum(dy.map((value, i) => value * normalized[i])) / X.length;
      return { dy, normalized, parts: {
        direct: dy.map((value) => value * slope),
        mean: dy.map(() => (-sum(dy) / X.length) * slope),
        variance: normalized.map((value) => -value * along * slope),
      } };
    }

    draw() {
      const open = this.open.value;
      const { dy, normalized, parts } = this.flow();
      const total = (ways) => X.map((_, i) => sum(ways.map((way) => parts[way][i])));
      const [got, wanted] = [total(open), total(Object.keys(WAYS))];
      for (const { way, node } of this.ways) node.classList.toggle("interactive-shut", !open.includes(way));
      this.bars.replaceChildren(...X.flatMap((_, i) => {
        const left = 46 + 80 * i;
        const bars = Object.keys(WAYS).map((way, k) => {
          const value = open.includes(way) ? parts[way][i] : 0;
          return svg("rect", { class: `interactive-bar interactive-fill-${COLOURS[k]}`, x: left + 14 * k, width: 12,
            y: Math.min(y(0), y(value)), height: Math.abs(y(value) - y(0)) });
        });
        return [...bars, svg("line", { class: "interactive-true", x1: left + 44, x2: left + 66, y1: y(wanted[i]), y2: y(wanted[i]) }),
          svg("circle", { class: "interactive-sum", cx: left + 55, cy: y(got[i]), r: 4.5 })];
      }));
      this.say(`dy is ${list(dy)}. Over the open paths dx is ${list(got)}; ` + (Math.max(...got.map((value, i) => Math.abs(value - wanted[i]))) < 1e-9
        ? "this is the gradient."
        : `the gradient is ${list(wanted)}.`) +
        ` Sum of dx: ${number(sum(got))}. Sum of dx · x̂: ${number(sum(got.map((value, i) => value * normalized[i])))}.`);
    }
  }
  customElements.define("interactive-paths", Paths);
})();
