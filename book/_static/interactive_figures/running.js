/* The running mean and variance, step by step, beside the batches they are collected from. */
(() => {
  "use strict";
  const { Figure, set, scale, sum, moments, number, normal, clamp } = InteractiveFigures;
  const [STEPS, CHANGE, LEFT, RIGHT] = [100, 50, 34, 352];
  const MOMENTA = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001, null];
  const TRUTH = { before: [3, 4], after: [6, 9] }; // mean and variance of the data
  const x = scale(0, STEPS, LEFT, RIGHT);
  const shown = (momentum) => (momentum === null ? "None: plain average" : `${momentum}, in Keras ${+(1 - momentum).toFixed(3)}`);

  class Running extends Figure {
    build() {
      this.frame(360, 306, "Running mean and running variance over the steps of training");
      this.momentum = this.slider("momentum", { values: MOMENTA, value: 0.1, show: shown });
      this.momentum.row.classList.add("interactive-wide");
      this.n = this.slider("values per batch", { values: [2, 4, 8, 32, 128], value: 8, show: String });
      this.steps = this.slider("steps", { min: 0, max: STEPS, value: 40, show: String });
      this.shift = this.choice("At step 50", { change: "the features move" }, [], true);
      this.buttons({ "Run from the start": () => this.run(this.steps, STEPS), "New batches": () => this.seed++ });
      this.seed = 1;
      this.panels = [["running mean", 8, 0, 28, 138, 2], ["running variance", 16, 1, 174, 284, 4]].map(
        ([title, high, start, top, bottom, tick]) => this.panel(title, high, start, scale(0, high, bottom, top), tick));
      for (let step = 0; step <= STEPS; step += 20) {
        this.add("text", { x: x(step), y: 300, class: "interactive-tick" }, step);
      }
    }

    panel(title, high, start, y, tick) {
      this.add("line", { x1: LEFT, x2: RIGHT, y1: y(0), y2: y(0), class: "interactive-axis" });
      for (let value = 0; value <= high; value += tick) {
        this.add("text", { x: LEFT - 6, y: y(value) + 4, class: "interactive-value" }, value);
      }
      this.add("text", { x: LEFT, y: y(high) - 12, class: "interactive-start" }, title);
      const lines = ["interactive-truth", "interactive-spots", "interactive-path"].map((name) => this.add("path", { class: name }));
      return { y: (value) => y(clamp(value, -0.06 * high, high)), start, lines };
    }

    truth(step) {
      return TRUTH[this.shift.value.length && step > CHANGE ? "after" : "before"];
    }

    /* Mean and unbiased variance of each batch. */
    batches() {
      const draw = normal(this.seed);
      const n = this.n.value;
      return Array.from({ length: STEPS }, (_, step) => {
        const [mean, variance] = this.truth(step + 1);
        const batch = moments(Array.from({ length: n }, () => mean + Math.sqrt(variance) * draw()));
        return [batch.mean, (batch.variance * n) / (n - 1)];
      });
    }

    draw() {
      const batches = this.batches();
      const momentum = this.momentum.value;
      const last = this.steps.value;
      const now = this.panels.map(({ y, start, lines: [truth, spots, path] }, which) => {
        let running = start;
        const line = [`M${x(0)},${y(running)}`];
        for (let step = 1; step <= last; step++) {
          const weight = momentum ?? 1 / step;
          running += weight * (batches[step - 1][which] - running);
          line.push(`L${x(step)},${y(running)}`);
        }
        const level = (step) => y(this.truth(step)[which]);
        set(truth, { d: `M${x(0)},${level(1)}H${x(CHANGE)}V${level(STEPS)}H${x(STEPS)}` });
        set(spots, { d: batches.slice(0, last).map((batch, i) => `M${x(i + 1)},${y(batch[which])}h0`).join("") });
        set(path, { d: line.join("") });
        return running;
      });
      const [mean, variance] = this.truth(last);
      const share = momentum === null ? +(last === 0) : (1 - momentum) ** last;
      this.say(`After ${last} steps the running mean is ${number(now[0])} (data: ${mean}) and the running variance ` +
        `${number(now[1])} (data: ${variance}). The start still weighs ${number(100 * share, 1)}\u00a0%.`);
    }
  }
  customElements.define("interactive-running", Running);
})();
