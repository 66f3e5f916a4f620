// What is wider than the screen scrolls, and then also by keyboard: a formula, a table, an output.

const WIDE = "div.arithmatex, x-math, .md-typeset__scrollwrap, .md-typeset pre > code";
const label = document.querySelector("[data-scrollable-label]")?.dataset.scrollableLabel ?? "";

/** Let the keyboard reach an element while it has something to scroll, and only then. */
function update(element, scrolls) {
  if (scrolls && !element.hasAttribute("tabindex")) {
    element.tabIndex = 0;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", label);
  } else if (!scrolls && element.getAttribute("role") === "group") {
    for (const name of ["tabindex", "role", "aria-label"]) element.removeAttribute(name);
  }
}

// All are measured before one is changed: the page is laid out once.
const observer = new ResizeObserver((entries) => {
  const measured = entries.map(({ target }) => [target, target.scrollWidth > target.clientWidth + 1]);
  for (const [element, scrolls] of measured) update(element, scrolls);
});
// Material wraps the tables first, when the page has loaded.
addEventListener("load", () => {
  for (const element of document.querySelectorAll(WIDE)) observer.observe(element);
});
