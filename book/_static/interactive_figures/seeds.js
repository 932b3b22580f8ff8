/* Measured: the accuracy of one order minus that of the other, one seed after the other. */
(() => {
  "use strict";
  const { Figure, svg, set, scale, sum, number, clamp, normal } = InteractiveFigures;
  const [LEFT, RIGHT, TOP, BOTTOM, START] = [40, 352, 18, 200, 3];

  class Seeds extends Figure {
    build() {
      this.frame(360, 236, "Difference of the two orders and its interval, after each seed");
      this.setting = this.choice("Network", this.data.names, Object.keys(this.data.names)[0]);
      [this.one] = this.buttons({
        "Draw a seed": () => this.drawn++,
        "Draw all": () => (this.drawn = Infinity),
        "Other order": () => this.shuffle(),
      });
      this.axes = this.add("g", {});
      this.dots = this.add("g", {});
      this.drawn = START;
      this.deal = 0; // the order in which the seeds were run
    }

    shuffle() {
      this.deal++;
      this.key = null;
    }

    /* Differences of the chosen network, in the order of this deal. */
    values() {
      if (this.key !== this.setting.value) {
        if (this.key !== undefined) this.drawn = START;
        this.key = this.setting.value;
        const measured = this.data.differences[this.key];
        const draw = normal(this.deal);
        const order = measured.map((value) => [this.deal ? draw() : 0, value]);
        this.order = order.sort((a, b) => a[0] - b[0]).map((pair) => pair[1]);
      }
      this.drawn = Math.min(this.drawn, this.order.length);
      return this.order;
    }

    /* Mean of the first k differences, and the ends of Student's 95 % interval. */
    look(values, k) {
      const first = values.slice(0, k);
      const mean = sum(first) / k;
      const half = k < 2 ? Infinity
        : this.data.t[k - 2] * Math.sqrt(sum(first.map((value) => (value - mean) ** 2)) / (k - 1) / k);
      return { mean, low: mean - half, high: mean + half, winner: Math.abs(mean) > half && (mean > 0 ? "after" : "before") };
    }

    draw() {
      const values = this.values();
      const reach = Math.ceil(2 * Math.max(...values.map(Math.abs))) / 2;
      const x = scale(0.5, values.length + 0.5, LEFT, RIGHT);
      const y = (value) => scale(-reach, reach, BOTTOM, TOP)(clamp(value, -reach, reach));
      this.axis(values.length, reach, x, y);
      const looks = Array.from({ length: this.drawn }, (_, i) => this.look(values, i + 1));
      this.dots.replaceChildren(...looks.flatMap(({ mean, low, high, winner }, i) => {
        const colour = winner ? "interactive-won" : "interactive-open";
        const bar = svg("line", { class: `interactive-interval ${colour}`, x1: x(i + 1), x2: x(i + 1), y1: y(low), y2: y(high) });
        return [...(i ? [bar] : []), svg("circle", { class: "interactive-seed", cx: x(i + 1), cy: y(values[i]), r: 2 }),
          svg("circle", { class: colour, cx: x(i + 1), cy: y(mean), r: 3.5 })];
      }));
      this.one.disabled = this.drawn === values.length;
      this.tell(looks, values.length);
    }

    axis(count, reach, x, y) {
      const step = reach > 4 ? 2 : reach > 1 ? 1 : 0.5;
      const ticks = [];
      for (let tick = -Math.floor(reach / step) * step; tick <= reach; tick += step) ticks.push(tick);
      const places = [1, ...Array.from({ length: Math.floor(count / 5) }, (_, i) => 5 * (i + 1))];
      this.axes.replaceChildren(
        svg("line", { class: "interactive-axis", x1: LEFT, x2: RIGHT, y1: y(0), y2: y(0) }),
        ...ticks.map((tick) => svg("text", { class: "interactive-value", x: LEFT - 6, y: y(tick) + 4 }, number(tick, step < 1 ? 1 : 0))),
        ...places.map((place) => svg("text", { class: "interactive-tick", x: x(place), y: BOTTOM + 18 }, place)),
        svg("text", { class: "interactive-tick", x: (LEFT + RIGHT) / 2, y: BOTTOM + 33 }, "seeds so far"),
        svg("text", { class: "interactive-tick interactive-start", x: LEFT, y: 10 }, "after − before, points"));
    }

    tell(looks, total) {
      const k = looks.length;
      const { mean, low, high, winner } = looks[k - 1];
      const named = looks.filter((look) => look.winner).length;
      const signed = (value) => (value > 0 ? "+" : "") + number(value);
      const verdict = winner ? `The interval excludes 0: the winner is “${winner}”.` : "The interval contains 0: no winner.";
      this.say(k === 1 ? `One seed: ${signed(mean)} points. One difference has no interval.`
        : `${k} of ${total} seeds: ${signed(mean)} points (${signed(low)} to ${signed(high)}). ${verdict} ` +
          `So far a winner was named after ${named} of ${k} seeds.`);
    }
  }
  customElements.define("interactive-seeds", Seeds);
})();
