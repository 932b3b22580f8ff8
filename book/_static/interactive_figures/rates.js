/* Measured: accuracy for each learning rate and each place of batch norm. */
(() => {
  "use strict";
  const { Figure, svg, set, scale, number, clamp } = InteractiveFigures;
  const [LEFT, RIGHT, TOP, ROW] = [44, 358, 20, 52];
  
  class Rates extends Figure {
    build() {
      this.arms = Object.keys(this.data.arms);
      this.bottom = TOP + ROW * this.arms.length;
      this.frame(360, this.bottom + 34, "Accuracy for each learning rate, across, and each place of batch norm, down");
      const { rates } = this.data;
      this.x = scale(0, rates.length, LEFT, RIGHT);
      const read = (point) => [Math.floor((point.y - TOP) / ROW), Math.floor(((point.x - LEFT) / (RIGHT - LEFT)) * rates.length)];
      this.picked = this.board("The map. The arrow keys walk from one measurement to the next.", this.arms.length, rates.length, read);
      this.picked.node.append(...this.arms.flatMap((arm, row) => this.data.arms[arm].map((cell, column) => this.cell(cell, row, column))));
      this.arms.forEach((arm, row) => this.add("text", { x: LEFT - 6, y: TOP + ROW * (row + 0.5) + 4, class: "interactive-value" }, arm));
      rates.forEach((rate, column) => this.add("text", { x: this.x(column + 0.5), y: this.bottom + 15, class: "interactive-tick interactive-tight" }, rate));
      this.add("text", { x: (LEFT + RIGHT) / 2, y: this.bottom + 30, class: "interactive-tick" }, "learning rate");
      this.add("text", { x: LEFT, y: 12, class: "interactive-start" }, "accuracy, %");
      this.picked.cell.splice(0, 2, 0, Math.floor((2 * rates.length) / 3));
      this.mark = this.add("rect", { width: this.x(1) - LEFT, height: ROW, class: "interactive-here" });
    }

    /* A cell is filled as high as its accuracy, with its interval beside the fill's edge. A short one would look like a minus. */
    cell({ mean, low, high }, row, column) {
      const top = TOP + ROW * row;
      const y = (value) => top + ROW * (1 - clamp(value, 0, 100) / 100);
      const width = this.x(1) - LEFT;
      const x = this.x(column);
      return svg("g", {},
        svg("rect", { x, y: top, width, height: ROW, class: "interactive-box interactive-empty" }),
        svg("rect", { x, y: y(mean), width, height: top + ROW - y(mean), class: "interactive-level" }),
        ...(y(low) - y(high) < 6 ? [] : [svg("line", { x1: x + 3, x2: x + 3, y1: y(low), y2: y(high), class: "interactive-interval interactive-won" })]),
        svg("text", { x: x + width / 2 + 1, y: top + ROW / 2 + 4, class: "interactive-title" }, number(mean, mean < 99.95 ? 1 : 0)));
    }

    draw() {
      const [row, column] = this.picked.cell;
      set(this.mark, { x: this.x(column), y: TOP + ROW * row });
      const arm = this.arms[row];
      const told = ({ mean, low, high }) => `${number(mean, 1)}\u00a0% (${number(low, 1)} to ${number(high, 1)})`;
      const cells = this.data.arms[arm];
      const best = cells.reduce((at, cell, i) => (cell.mean > cells[at].mean ? i : at), 0);
      const others = this.arms.filter((other) => other !== arm)
        .map((other) => `${other} ${number(this.data.arms[other][column].mean, 1)}\u00a0%`).join(", ");
      this.say(`Batch norm: ${arm}, learning rate ${this.data.rates[column]}: ${told(cells[column])}. ` +
        `At this rate: ${others}. Best rate of this row: ${this.data.rates[best]}, with ${number(cells[best].mean, 1)}\u00a0%.`);
    }
  }
  customElements.define("interactive-rates", Rates);
})();
