// Makes the tables of a page sortable: each heading becomes a button. Without this script the tables
// are as they were written.
for (const table of document.querySelectorAll("table.sortable")) {
  const key = (row, at) => {
    const cell = row.cells[at];
    return cell.dataset.sort ?? cell.textContent.trim();
  };
  [...table.tHead.rows[0].cells].forEach((heading, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const up = heading.getAttribute("aria-sort") !== "ascending";
      for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", up ? "ascending" : "descending");
      const body = table.tBodies[0];
      const compare = new Intl.Collator(undefined, { numeric: true }).compare;
      const number = (text) => (text === "" ? NaN : Number(text));
      const rows = [...body.rows].map((row) => [key(row, at), row]);
      rows.sort(([one], [other]) => {
        // An empty cell is last in both directions.
        if (!one || !other) return (one ? 0 : 1) - (other ? 0 : 1);
        const [a, b] = [number(one), number(other)];
        const order = isNaN(a) || isNaN(b) ? compare(one, other) : a - b;
        return up ? order : -order;
      });
      body.append(...rows.map(([, row]) => row));
    });
  });
}
