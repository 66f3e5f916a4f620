// The button under a block copies its program: the block with what it needs, as the file beside it.

const status = document.querySelector(".program-status");
const SHOWN = 2500; // milliseconds that a message stays, as Material's own

let fading = 0;

/** Say what happened, on the screen and to a screen reader. */
function tell(/** @type {string} */ message) {
  clearTimeout(fading);
  status.textContent = message;
  fading = setTimeout(() => (status.textContent = ""), SHOWN);
}

/** Fetch the text of a program. @returns {Promise<string>} */
async function program(/** @type {string} */ address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.text();
}

/** Put a program on the clipboard: Safari wants the promise of a text within the click itself. */
async function copy(/** @type {string} */ address) {
  const text = program(address);
  if (!window.ClipboardItem) return navigator.clipboard.writeText(await text);
  const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
  return navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}

for (const bar of document.querySelectorAll(".program")) {
  const button = bar.querySelector("button");
  const file = bar.querySelector(".program-file");
  button.disabled = false;
  button.addEventListener("click", async () => {
    try {
      await copy(file.href);
      tell(status.dataset.copied);
    } catch (error) {
      console.info(error);
      tell(status.dataset.failed);
      file.focus(); // one key more, and the reader has the file
    }
  });
}
