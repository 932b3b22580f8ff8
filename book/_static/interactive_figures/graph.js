/* The graph of batch norm: at each node its value, and the gradient that reaches it backward. */
(() => {
  "use strict";
  const { Figure, svg, sum, moments, number } = InteractiveFigures;
  const X = [1, 3, 3, 9]; // the batch of the chapter's worked example
  const [GAMMA, BETA] = [3, 0];
  const UPSTREAM = { worked: ["worked example", [1, 3, -3, 3]], one: ["first sample", [3, 0, 0, 0]], same: ["all alike", [2, 2, 2, 2]] };
  const NODES = { // name, left, top, width
    x: ["x", 8, 8, 178], mean: ["μ", 238, 56, 116], centered: ["x − μ", 8, 108, 178], var: ["σ²", 238, 142, 116],
    rstd: ["r", 238, 224, 116], xhat: ["x̂", 8, 240, 178], weight: ["γ", 238, 292, 116], y: ["y", 8, 334, 178], bias: ["β", 238, 360, 116],
  };
  const HEIGHT = 50;
  const EDGES = { // from, to, and the path, drawn forward
    x_centered: ["x", "centered", "M97,58V108"], x_mean: ["x", "mean", "M186,33H212V81H238"],
    mean_centered: ["mean", "centered", "M238,94H212V122H186"], centered_var: ["centered", "var", "M186,142H212V160H238"],
    var_rstd: ["var", "rstd", "M296,192V224"], rstd_xhat: ["rstd", "xhat", "M238,255H186"], centered_xhat: ["centered", "xhat", "M97,158V240"],
    xhat_y: ["xhat", "y", "M97,290V334"],
  };
  const list = (values) => values.map((value) => number(value).replace(/\.00$/, "")).join(", ");
  const same = (a, b) => Math.max(...a.map((value, i) => Math.abs(value - b[i]))) < 1e-9;

  class Graph extends Figure {
    build() {
      this.frame(360, 418, "The graph of batch norm with the value and the gradient of each node");
      const texts = Object.fromEntries(Object.entries(UPSTREAM).map(([key, [text]]) => [key, text]));
      this.upstream = this.choice("dy", texts, "worked");
      const names = Object.fromEntries(Object.entries(EDGES).map(([key, [from, to]]) => [key, `${NODES[from][0]} → ${NODES[to][0]}`]));
      this.open = this.choice("Gradient flows back along", names, Object.keys(EDGES), true);
      this.edges = Object.entries(EDGES).map(([key, [, , d]]) => {
        const node = this.add("g", { class: "interactive-edge", click: () => this.toggle(key) });
        const path = svg("path", { d });
        node.append(svg("path", { d, class: "interactive-reach" }), path, this.tip(path));
        return { key, node };
      });
      for (const d of ["M238,317H212V352H186", "M238,385H212V366H186"]) {
        const path = svg("path", { d });
        this.add("g", { class: "interactive-edge interactive-fixed" }, path, this.tip(path));
      }
      this.texts = Object.fromEntries(Object.entries(NODES).map(([key, node]) => [key, this.box(node)]));
    }

    /* Head of the arrow, in the direction of the last stretch of the path. */
    tip(path) {
      const end = path.getPointAtLength(path.getTotalLength());
      const before = path.getPointAtLength(path.getTotalLength() - 1);
      const turn = Math.round((Math.atan2(end.y - before.y, end.x - before.x) * 180) / Math.PI);
      return svg("path", { d: "M-9,-5L0,0L-9,5", transform: `translate(${end.x} ${end.y}) rotate(${turn})` });
    }

    box([name, left, top, width]) {
      this.add("rect", { x: left, y: top, width, height: HEIGHT, rx: 6, class: "interactive-node" });
      this.add("text", { x: left + 8, y: top + 20, class: "interactive-name" }, name);
      const text = (y, kind) => this.add("text", { x: left + width - 8, y: top + y, class: `interactive-value interactive-tight ${kind}` });
      return { value: text(19, ""), gradient: text(39, "interactive-gradient") };
    }

    toggle(key) {
      const open = this.open.value;
      this.open.value = open.includes(key) ? open.filter((other) => other !== key) : [...open, key];
      this.draw();
    }

    forward() {
      const { mean, variance } = moments(X);
      const rstd = 1 / Math.sqrt(variance);
      const centered = X.map((value) => value - mean);
      const xhat = centered.map((value) => value * rstd);
      return { x: X, mean: [mean], centered, var: [variance], rstd: [rstd], xhat,
        weight: [GAMMA], y: xhat.map((value) => GAMMA * value + BETA), bias: [BETA] };
    }

    /* Gradient of each node; an edge that is cut lets nothing through. */
    backward(values, open) {
      const [rstd, through] = [values.rstd[0], (key, gradient) => (open.includes(key) ? gradient : gradient.map(() => 0))];
      const y = UPSTREAM[this.upstream.value][1];
      const xhat = through("xhat_y", y.map((value) => GAMMA * value));
      const r = through("rstd_xhat", [sum(xhat.map((value, i) => value * values.centered[i]))]);
      const variance = through("var_rstd", [-0.5 * rstd ** 3 * r[0]]);
      const direct = through("centered_xhat", xhat.map((value) => value * rstd));
      const spread = through("centered_var", values.centered.map((value) => (2 / X.length) * value * variance[0]));
      const centered = direct.map((value, i) => value + spread[i]);
      const mean = through("mean_centered", [-sum(centered)]);
      const level = through("x_mean", X.map(() => mean[0] / X.length));
      const x = through("x_centered", centered).map((value, i) => value + level[i]);
      return { x, mean, centered, var: variance, rstd: r, xhat, y, bias: [sum(y)], weight: [sum(y.map((value, i) => value * values.xhat[i]))] };
    }

    draw() {
      const open = this.open.value;
      const values = this.forward();
      const gradients = this.backward(values, open);
      const whole = this.backward(values, Object.keys(EDGES)).x;
      for (const { key, node } of this.edges) node.classList.toggle("interactive-shut", !open.includes(key));
      for (const [key, text] of Object.entries(this.texts)) {
        text.value.textContent = list(values[key]);
        text.gradient.textContent = `∂ ${list(gradients[key])}`;
      }
      this.say("Gradients: " + Object.entries(NODES).reverse().map(([key, [name]]) => `${name} ${list(gradients[key])}`).join("; ") + ". " +
        (same(gradients.x, whole) ? "That of x is the gradient of batch norm." : `With every edge that of x is ${list(whole)}.`));
    }
  }
  customElements.define("interactive-graph", Graph);
})();
