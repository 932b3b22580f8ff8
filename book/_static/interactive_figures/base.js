/* What the touchable figures share: drawing, controls, handles and a spoken summary.
   A classic script, because a page opened from disk may not load modules. */
(() => {
  "use strict";
  const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
  const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  let count = 0;

  /* An attribute that is a function listens to the event of that name. */
  const set = (node, attributes = {}, ...children) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(name, value);
      else node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  };
  const html = (tag, ...rest) => set(document.createElement(tag), ...rest);
  const svg = (tag, ...rest) => set(document.createElementNS("http://www.w3.org/2000/svg", tag), ...rest);

  const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
  const scale = (low, high, from, to) => (value) => from + ((value - low) / (high - low)) * (to - from);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const moments = (values) => {
    const mean = sum(values) / values.length;
    return { mean, variance: sum(values.map((value) => (value - mean) ** 2)) / values.length };
  };
  /* 0.5 as "0.50", with a real minus sign, and never "−0.00". */
  const number = (value, digits = 2) => {
    const text = value.toFixed(digits);
    return (+text === 0 ? text.replace("-", "") : text).replace("-", "−");
  };
  /* Standard normal numbers, the same for the same seed in every browser (mulberry32). */
  const normal = (seed) => {
    const uniform = () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  };

  /* A figure: `build` makes its parts once, `draw` sets them after every change. */
  class Figure extends HTMLElement {
    connectedCallback() {
      if (this.view || this.closest(".ref-preview")) return; // in a preview the text stands alone
      const data = this.querySelector("script");
      this.data = data && JSON.parse(data.textContent);
      this.controls = html("div", { class: "interactive-controls" });
      this.view = svg("svg", { role: "group" });
      this.summary = html("p", { class: "interactive-summary", "aria-hidden": "true" });
      this.status = html("p", { class: "interactive-status", role: "status" });
      this.replaceChildren(this.controls, this.view, this.summary, this.status);
      this.build();
      this.draw();
    }

    frame(width, height, label) {
      set(this.view, { viewBox: `0 0 ${width} ${height}`, "aria-label": label });
    }

    add(tag, attributes, ...children) {
      return this.view.appendChild(svg(tag, attributes, ...children));
    }

    /* The words below the picture; who only listens hears them once the hand rests. */
    say(text) {
      this.summary.textContent = text;
      clearTimeout(this.rest);
      if (!this.status.textContent) this.status.textContent = text;
      else this.rest = setTimeout(() => (this.status.textContent = text), 500);
    }

    /* A slider over `values`, or over numbers from `min` to `max`. */
    slider(label, { values, min = 0, max = values.length - 1, step = 1, value, show = number }) {
      const id = `interactive-${++count}`;
      const input = html("input", { type: "range", id, min, max, step });
      // Not an <output>: the slider tells its value by itself, and who listens would hear it twice.
      const now = html("span", { "aria-hidden": "true" });
      const row = html("div", { class: "interactive-slider" }, html("label", { for: id }, label), now, input);
      const control = {
        row,
        get value() { return values ? values[+input.value] : +input.value; },
        set value(wanted) {
          input.value = values ? values.indexOf(wanted) : wanted;
          now.textContent = show(control.value);
          input.setAttribute("aria-valuetext", now.textContent);
        },
      };
      control.value = value;
      input.addEventListener("input", () => {
        cancelAnimationFrame(this.running);
        control.value = control.value;
        this.draw();
      });
      this.controls.append(row);
      return control;
    }

    /* One of the options, or with `many` any of them; the value is a key or an array of keys. */
    choice(legend, options, chosen, many = false) {
      const name = `interactive-${++count}`;
      const inputs = Object.keys(options).map((value) =>
        html("input", { type: many ? "checkbox" : "radio", name, value, change: () => this.draw() }));
      const labels = inputs.map((input) => html("label", {}, input, ` ${options[input.value]}`));
      const row = html("fieldset", { class: "interactive-choice" }, html("legend", {}, legend), ...labels);
      const control = {
        row,
        get value() {
          const keys = inputs.filter((input) => input.checked).map((input) => input.value);
          return many ? keys : keys[0];
        },
        set value(wanted) { inputs.forEach((input) => (input.checked = wanted.includes(input.value))); },
      };
      control.value = [chosen].flat();
      this.controls.append(row);
      return control;
    }

    buttons(actions) {
      const made = Object.entries(actions).map(([label, action]) =>
        html("button", { type: "button", click: () => { action(); this.draw(); } }, label));
      this.controls.append(html("div", { class: "interactive-buttons" }, ...made));
      return made;
    }

    /* Lets a slider run from 0 to its end, or jump there for a reader who wants no motion. */
    run(slider, end, pace = 35) {
      cancelAnimationFrame(this.running);
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return void (slider.value = end);
      const began = performance.now();
      const tick = (now) => {
        slider.value = clamp(Math.floor((now - began) / pace), 0, end);
        this.draw();
        if (slider.value < end) this.running = requestAnimationFrame(tick);
      };
      slider.value = 0;
      this.running = requestAnimationFrame(tick);
    }

    /* Where the pointer is, in the units of the picture. */
    where(event) {
      return new DOMPoint(event.clientX, event.clientY).matrixTransform(this.view.getScreenCTM().inverse());
    }

    /* A point to drag, or to move with the keys; `read` turns a place into a value for `move`. */
    handle({ label, min, max, step, read, move }) {
      const node = this.add("g", { class: "interactive-handle", role: "slider", tabindex: 0,
        "aria-label": label, "aria-valuemin": min, "aria-valuemax": max });
      node.append(svg("circle", { r: 15, class: "interactive-reach" }), svg("circle", { r: 7 }));
      const to = (value) => { move(clamp(Math.round(value / step) * step, min, max)); this.draw(); };
      return set(node, {
        pointerdown: (event) => { node.setPointerCapture(event.pointerId); event.preventDefault(); node.focus(); },
        pointermove: (event) => { if (node.hasPointerCapture(event.pointerId)) to(read(this.where(event))); },
        keydown: (event) => {
          const ends = { Home: min, End: max };
          if (event.key in ends) to(ends[event.key]);
          else if (event.key in STEPS) to(+node.getAttribute("aria-valuenow") + STEPS[event.key] * step);
          else return;
          event.preventDefault();
        },
      });
    }

    /* A board of cells: point at one, or walk with the arrow keys; `read` finds the cell of a place. */
    board(label, rows, columns, read) {
      const cell = [0, 0];
      const to = ([row, column]) => {
        cell[0] = clamp(row, 0, rows - 1);
        cell[1] = clamp(column, 0, columns - 1);
        this.draw();
      };
      const point = (event) => to(read(this.where(event)));
      const node = this.add("g", { class: "interactive-board", role: "application", tabindex: 0, "aria-label": label,
        pointerdown: point, pointermove: point,
        keydown: (event) => {
          if (!(event.key in MOVES)) return;
          event.preventDefault();
          to(MOVES[event.key].map((step, axis) => cell[axis] + step));
        } });
      return { node, cell };
    }
  }

  window.InteractiveFigures = { Figure, html, svg, set, clamp, scale, sum, moments, number, normal };
})();
