/* Measured: what one image is told alone and among changing other images, in either mode. */
(() => {
  "use strict";
  const { Figure, svg, set, number } = InteractiveFigures;
  const [PIXEL, ROW, LEFT, FULL] = [12, 19, 150, 165];
  const COMPANIES = { one: "1 other", seven: "7 others", many: "31 others", alike: "31 of its kind" };
  const top = (told) => told.indexOf(Math.max(...told));

  class Company extends Figure {
    build() {
      this.frame(360, 206, "One image, the others of its batch, and the share the network gives to each digit");
      this.mode = this.choice("Mode", { train: "training", eval: "evaluation" }, "train");
      this.kind = this.choice("With", COMPANIES, "alike");
      this.image = this.slider("image of a", { values: this.data.map((_, i) => i), value: 2, show: (i) => this.data[i].label });
      this.buttons({ "Other images": () => this.batchNumber++ });
      this.batchNumber = 0;
      this.pixels = this.data[0].pixels.map((_, i) => this.add("rect", { class: "interactive-pixel",
        x: PIXEL * (i % 8), y: 4 + PIXEL * Math.floor(i / 8), width: PIXEL + 0.3, height: PIXEL + 0.3 }));
      this.others = this.add("g", {});
      this.rows = this.data[0].alone.map((_, digit) => {
        const y = 4 + ROW * digit;
        this.add("text", { x: LEFT - 12, y: y + 13, class: "interactive-tick" }, digit);
        const bar = this.add("rect", { class: "interactive-bar", x: LEFT, y, height: ROW - 5 });
        const alone = this.add("rect", { class: "interactive-alone", x: LEFT, y, height: ROW - 5 });
        return { bar, alone, text: this.add("text", { x: 360, y: y + 12, class: "interactive-value" }) };
      });
      this.add("line", { class: "interactive-axis", x1: LEFT, x2: LEFT, y1: 2, y2: 4 + 10 * ROW });
    }

    draw() {
      const image = this.data[this.image.value];
      const batches = image.companies[this.kind.value];
      const batch = batches[this.batchNumber % batches.length];
      const told = this.mode.value === "train" ? batch.told : image.alone;
      this.pixels.forEach((pixel, i) => set(pixel, { "fill-opacity": image.pixels[i] / 16 }));
      this.others.replaceChildren(svg("text", { x: 0, y: 122 }, "in the batch"),
        ...batch.labels.map((label, i) => svg("text", { class: "interactive-tick", x: 6 + PIXEL * (i % 8), y: 142 + 16 * Math.floor(i / 8) }, label)));
      this.rows.forEach(({ bar, alone, text }, digit) => {
        const right = digit === image.label;
        set(bar, { width: (told[digit] / 100) * FULL, class: `interactive-bar ${right ? "interactive-fill-1" : "interactive-fill-2"}` });
        set(alone, { width: (image.alone[digit] / 100) * FULL });
        text.textContent = told[digit] >= 0.05 ? `${number(told[digit], 1)}\u00a0%` : "";
      });
      this.tell(image, batches, told);
    }

    tell(image, batches, told) {
      const answer = `this ${image.label} is called ${top(told)} (${number(told[top(told)], 1)}\u00a0%)`;
      const right = batches.filter((one) => top(one.told) === image.label).length;
      this.say(this.mode.value === "eval"
        ? `In evaluation mode ${answer}, whatever the other images are.`
        : `In training mode, with ${COMPANIES[this.kind.value]}, ${answer}. It is called right in ${right} of ${batches.length} such batches.`);
    }
  }
  customElements.define("interactive-company", Company);
})();
