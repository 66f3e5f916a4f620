// Reads {"dictionary": file, "words": […]}, writes the words that the dictionary does not know,
// each with the nearest that it knows: {"reseau": ["réseau"]}. Started by spelling.py.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decodeTrie } from 'cspell-trie-lib';

const { dictionary, words } = JSON.parse(readFileSync(0, 'utf8'));
const trie = decodeTrie(gunzipSync(readFileSync(dictionary)));

/** Whether the dictionary has the word as it stands, or without its capitals. */
function knows(word) {
  const lower = word.toLowerCase();
  const forms = [word, lower, word[0].toUpperCase() + lower.slice(1)];
  return forms.some((form) => trie.hasWord(form, true) || trie.hasWord(form.replace("'", '’'), true));
}

/** The nearest words that it has. */
function near(word) {
  const found = trie.suggest(word.toLowerCase(), { numSuggestions: 4, timeout: 200 });
  return found.filter((each) => trie.hasWord(each, true)).slice(0, 2);
}

const unknown = words.filter((word) => !knows(word));
process.stdout.write(JSON.stringify(Object.fromEntries(unknown.map((word) => [word, near(word)]))));
