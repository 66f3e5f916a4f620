// Lighthouse on each address given, in one Chromium: one line of JSON each, as soon as it is known.
// One process for all: loading Lighthouse and starting a browser take longer than some pages.

import lighthouse from "lighthouse";
import { launch } from "chrome-launcher";

const [kinds, flags, ...addresses] = process.argv.slice(2);

const browser = await launch({ chromeFlags: ["--headless=new", ...flags.split(" ")] });
try {
  for (const address of addresses) {
    const { lhr } = await lighthouse(address, {
      port: browser.port,
      onlyCategories: kinds.split(","),
      disableFullPageScreenshot: true,
      logLevel: "error",
    });
    const marks = Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(100 * score)]);
    console.log(JSON.stringify({ address, marks: Object.fromEntries(marks) }));
  }
} finally {
  await browser.kill();
}
