// The language switcher keeps the section: the editions have the same anchors.

const links = document.querySelectorAll("a[data-other-language]");

/** Give the links to the other edition the anchor of this page's address. */
function keepAnchor() {
  for (const link of links) link.hash = location.hash;
}

addEventListener("hashchange", keepAnchor);
// Material changes the address while the reader scrolls, without an event: look when it matters.
for (const link of links) {
  for (const event of ["pointerdown", "focus", "click"]) link.addEventListener(event, keepAnchor);
}
keepAnchor();
