// A long chapter opens at once, because what is far below the screen is not laid out, and its
// height is a guess (css/text.css). Here every block gets its real height before the reader can see
// the difference: at once what is above the screen, where a new height would move the text; what is
// below it while the browser has nothing else to do, so that the scroll bar soon tells the truth.

const SLICE = 20; // milliseconds that an idle moment must still have for one more: phones are slow
const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 0 })));
const waiting = [...document.querySelectorAll(".md-content__inner > *")]; // in the page's order

function layOut(count) {
  for (const block of waiting.splice(0, count)) block.style.contentVisibility = "visible";
}

function layOutAbove() {
  const below = waiting.findIndex((block) => block.getBoundingClientRect().top > innerHeight);
  layOut(below < 0 ? waiting.length : below);
}

function layOutBelow(idle) {
  do {
    layOut(1);
    document.body.getBoundingClientRect(); // now, and not all of them at once later
  } while (waiting.length && idle.timeRemaining() > SLICE);
  if (waiting.length) whenIdle(layOutBelow);
}

layOutAbove(); // a page that is loaded again opens where it was left
addEventListener("scroll", layOutAbove, { passive: true });
addEventListener("load", () => whenIdle(layOutBelow));
