/* Point at a reference, or reach it with Tab, and see its target; Escape closes (WCAG 1.4.13). */
(() => {
  "use strict";
  const box = document.createElement("div");
  box.id = "ref-preview";
  box.className = "ref-preview";
  box.hidden = true;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Preview");
  let owner = null;
  let timer = 0;

  const later = (action) => {
    clearTimeout(timer);
    timer = setTimeout(action, 180);
  };

  const hide = () => {
    box.hidden = true;
    if (owner) owner.removeAttribute("aria-describedby");
    owner = null;
  };

  const place = () => {
    if (!owner) return;
    const link = owner.getBoundingClientRect();
    const right = document.documentElement.clientWidth - box.offsetWidth - 8;
    const below = link.bottom + box.offsetHeight + 12 < innerHeight;
    box.style.left = `${Math.max(8, Math.min(link.left, right))}px`;
    box.style.top = `${below ? link.bottom + 6 : Math.max(8, link.top - box.offsetHeight - 6)}px`;
  };

  const show = (link) => {
    const template = document.getElementById(link.dataset.preview);
    if (!template) return;
    hide();
    owner = link;
    owner.setAttribute("aria-describedby", box.id);
    box.replaceChildren(template.content.cloneNode(true));
    box.hidden = false;
    place();
  };

  const linkOf = (event) => event.target.closest && event.target.closest("a[data-preview]");

  document.body.append(box);
  box.addEventListener("mouseenter", () => clearTimeout(timer));
  box.addEventListener("mouseleave", () => later(hide));
  document.addEventListener("mouseover", (event) => {
    const link = linkOf(event);
    if (link) later(() => show(link));
  });
  document.addEventListener("mouseout", (event) => {
    if (linkOf(event)) later(hide);
  });
  document.addEventListener("focusin", (event) => {
    const link = linkOf(event);
    if (link && link.matches(":focus-visible")) show(link);
    else if (!box.contains(event.target)) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  addEventListener("scroll", hide, { passive: true });
})();
