"""Which words a dictionary does not know, and the nearest that it knows.

The dictionaries are those of cspell (French, and English as the English write it). What they
answer is kept in `.cache/spelling/`: when no word is new, Node is not started.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from atelier.node import node
from atelier.paths import CACHE, NODE_MODULES

ANSWERS = CACHE / "spelling"
WORKER = Path(__file__).parent / "spelling_worker.mjs"
DICTIONARIES = {
    "fr": NODE_MODULES / "@cspell" / "dict-fr-fr" / "fr-fr.trie.gz",
    "en": NODE_MODULES / "@cspell" / "dict-en-gb-mit" / "en_GB.trie.gz",
}


def unknown(words: Iterable[str], language: str) -> dict[str, list[str]]:
    """Return the words that the dictionary does not know, each with the nearest that it knows."""
    asked = set(words)
    answers = _answers(language)
    if new := sorted(asked - answers.keys()):
        found = _ask(new, DICTIONARIES[language])
        answers |= {word: found.get(word) for word in new}
        _keep(language, answers)
    return {word: near for word in asked if (near := answers[word]) is not None}


def _ask(words: list[str], dictionary: Path) -> dict[str, list[str]]:
    if not dictionary.is_file():
        raise FileNotFoundError(f"{dictionary} is missing: is node_modules complete? Run `npm ci`.")
    request = json.dumps({"dictionary": str(dictionary), "words": words})
    command = [str(node()), str(WORKER)]
    done = subprocess.run(command, input=request, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, list[str]] = json.loads(done.stdout)
    return answer


def _file(language: str) -> Path:
    """Return the file of the answers of the present dictionary."""
    return ANSWERS / f"{language}-{_key(language)}.json"


@cache
def _key(language: str) -> str:
    content = DICTIONARIES[language].read_bytes() + WORKER.read_bytes()
    return hashlib.sha256(content).hexdigest()[:16]


def _answers(language: str) -> dict[str, list[str] | None]:
    file = _file(language)
    answers: dict[str, list[str] | None] = {}
    return json.loads(file.read_text("utf-8")) if file.is_file() else answers


def _keep(language: str, answers: dict[str, list[str] | None]) -> None:
    file = _file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps(answers, ensure_ascii=False, indent=0, sort_keys=True), "utf-8")
    new.replace(file)
