// Renders formulas as long as its input is open: one JSON request a line, one JSON answer a line.
import { createInterface } from "node:readline";
import katex from "katex";

/** KaTeX shows a command that is not trusted in red: here it is an error like any other. */
function refuse({ command }) {
  throw new katex.ParseError(`${command} is not allowed`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { tex, display, macros } = JSON.parse(line);
  let answer;
  try {
    answer = {
      html: katex.renderToString(tex, {
        displayMode: display,
        output: "htmlAndMathml",
        throwOnError: true,
        strict: "error",
        trust: refuse,
        macros, // parsed anew from each request: a \gdef cannot leak into the next formula
      }),
    };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
