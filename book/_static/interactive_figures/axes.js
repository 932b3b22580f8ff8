/* A block of N × C maps of H × W numbers: point at one, and all that share its mean are filled. */
(() => {
  "use strict";
  const { Figure, set, sum, number, normal, clamp } = InteractiveFigures;
  const [N, C, H, W, CELL, GAP, LEFT, TOP] = [3, 4, 3, 3, 24, 12, 26, 24];
  const KINDS = { batch: "batch", layer: "layer", instance: "instance", group: "group" };
  const corner = (map, pixel, origin) => origin + map * (3 * CELL + GAP) + pixel * CELL;
  const plural = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

  class Axes extends Figure {
    build() {
      this.frame(360, corner(N - 1, H, TOP) + 4, "A block of 3 samples, 4 channels and maps of 3 × 3 numbers");
      this.kind = this.choice("Norm", KINDS, this.dataset.part || "batch");
      this.groups = this.slider("groups G", { values: [1, 2, 4], value: 2, show: String });
      for (let n = 0; n < N; n++) {
        const place = `translate(15 ${corner(n, 1.5, TOP)}) rotate(-90)`;
        this.add("text", { transform: place, class: "interactive-tick" }, `sample ${n + 1}`);
      }
      for (let c = 0; c < C; c++) {
        this.add("text", { x: corner(c, 1.5, LEFT), y: 14, class: "interactive-tick" }, `channel ${c + 1}`);
      }
      const read = (point) => [this.near(point.y, TOP, N), this.near(point.x, LEFT, C)];
      this.picked = this.board("The numbers of the block. The arrow keys walk from number to number.", N * H, C * W, read);
      this.cells = this.numbers().map((cell) => this.cell(cell));
      this.mark = this.add("rect", { width: CELL, height: CELL, class: "interactive-here" });
      this.picked.cell.splice(0, 2, 4, 4);
    }

    /* Samples differ in brightness and channels in level, as in a real network. */
    numbers() {
      const draw = normal(4);
      const found = [];
      for (let n = 0; n < N; n++) for (let c = 0; c < C; c++) for (let h = 0; h < H; h++) for (let w = 0; w < W; w++) {
        const value = clamp(Math.round([2, 5, 3, 6][c] + [-1, 0, 1.5][n] + 1.3 * draw()), 0, 9);
        found.push({ n, c, h, w, value });
      }
      return found;
    }

    cell(cell) {
      const [x, y] = [corner(cell.c, cell.w, LEFT), corner(cell.n, cell.h, TOP)];
      const group = this.picked.node.appendChild(InteractiveFigures.svg("g", { class: "interactive-cell" }));
      group.append(InteractiveFigures.svg("rect", { x, y, width: CELL, height: CELL }),
        InteractiveFigures.svg("text", { x: x + CELL / 2, y: y + CELL / 2 + 4 }, cell.value));
      return { ...cell, group };
    }

    /* Pixel nearest to a coordinate, counted over all maps. */
    near(at, origin, maps) {
      const map = clamp(Math.floor((at - origin + GAP / 2) / (3 * CELL + GAP)), 0, maps - 1);
      return 3 * map + clamp(Math.floor((at - corner(map, 0, origin)) / CELL), 0, 2);
    }

    draw() {
      const kind = this.kind.value;
      const size = C / this.groups.value;
      this.groups.row.hidden = kind !== "group";
      const [row, column] = this.picked.cell;
      const [n, h, c, w] = [Math.floor(row / H), row % H, Math.floor(column / W), column % W];
      const shares = {
        batch: (cell) => cell.c === c,
        layer: (cell) => cell.n === n,
        instance: (cell) => cell.n === n && cell.c === c,
        group: (cell) => cell.n === n && Math.floor(cell.c / size) === Math.floor(c / size),
      }[kind];
      const members = this.cells.filter(shares);
      for (const cell of this.cells) {
        set(cell.group, { class: shares(cell) ? "interactive-cell interactive-shares" : "interactive-cell" });
      }
      set(this.mark, { x: corner(c, w, LEFT), y: corner(n, h, TOP) });
      const count = (N * C * H * W) / members.length;
      const same = kind === "group" && { 1: " One group is layer norm.", 4: " One channel per group is instance norm." }[this.groups.value];
      this.say(`Sample ${n + 1}, channel ${c + 1}, row ${h + 1}, column ${w + 1}: ${plural(members.length, "number")} ` +
        `share the mean ${number(sum(members.map((cell) => cell.value)) / members.length)}. ` +
        `The block has ${plural(count, "mean")}.${same || ""}`);
    }
  }
  customElements.define("interactive-axes", Axes);
})();
