// What is wider than the screen scrolls, and then also by keyboard: a formula, a table, an output.
//
// Far from the screen these are not laid out (css/text.css), so that a long chapter opens at once.
// Their widths are asked for afterwards, one by one, while the browser has nothing else to do.

const WIDE = "div.arithmatex, x-math, .md-typeset__scrollwrap, .md-typeset pre > code";
const SLICE = 30; // milliseconds that an idle moment must still have for one more: phones are slow
const label = document.querySelector("[data-scrollable-label]")?.dataset.scrollableLabel ?? "";
const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 0 })));

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

/** Measure an element as if it were on the screen. */
function measure(element) {
  element.style.contentVisibility = "visible";
  update(element);
  element.style.contentVisibility = "";
}

const waiting = new Set();

function work(deadline) {
  for (const element of waiting) {
    waiting.delete(element);
    measure(element);
    if (deadline.timeRemaining() < SLICE) break;
  }
  if (waiting.size) whenIdle(work);
  else document.documentElement.dataset.scrollablesMeasured = "";
}

const observer = new ResizeObserver((entries) => {
  if (!waiting.size) whenIdle(work);
  delete document.documentElement.dataset.scrollablesMeasured;
  for (const { target } of entries) waiting.add(target);
});
// Material wraps the tables first, when the page has loaded.
addEventListener("load", () => {
  const wide = document.querySelectorAll(WIDE);
  wide.forEach((element) => observer.observe(element));
  if (!wide.length) document.documentElement.dataset.scrollablesMeasured = "";
});
