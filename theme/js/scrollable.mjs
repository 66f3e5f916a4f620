// What is wider than the screen scrolls, and then also by keyboard: a formula, a table, an output.

const WIDE = "div.arithmatex, .md-typeset__scrollwrap, .md-typeset pre > code";
const label = document.querySelector("[data-scrollable-label]")?.dataset.scrollableLabel ?? "";

/** Let the keyboard reach an element while it has something to scroll, and only then. */
function update(element) {
  const scrolls = element.scrollWidth > element.clientWidth + 1;
  if (scrolls && !element.hasAttribute("tabindex")) {
    element.tabIndex = 0;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", label);
  } else if (!scrolls && element.getAttribute("role") === "group") {
    for (const name of ["tabindex", "role", "aria-label"]) element.removeAttribute(name);
  }
}

const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => update(target)));
// Material wraps the tables first, when the page has loaded.
addEventListener("load", () => {
  for (const element of document.querySelectorAll(WIDE)) {
    observer.observe(element);
    // What is laid out only when it comes near (css/text.css) shows its width only then.
    element.addEventListener("contentvisibilityautostatechange", () => update(element));
  }
});
