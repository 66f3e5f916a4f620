// <training-player film="name" label="what is seen">: shows a film of `atelier.draw.films`.
//
// Without this script the page shows the film's poster. With it, buttons, a slider and the curves
// appear; the film's file is fetched when the reader comes near. Nothing plays by itself. Where
// the reader asks for less motion, playing goes from frame to frame, without sliding between them.

import { clamp, decode, predictionAt } from "./film.js";
import { Curves, Plane } from "./film-picture.js";

const FILMS = new URL("../assets/films/", import.meta.url);
const FRAME = 450; // milliseconds from one frame to the next
const CALM_FRAME = 900;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

const WORDS = {
  fr: {
    play: "Lecture",
    pause: "Pause",
    previous: "Image précédente",
    next: "Image suivante",
    moment: "Moment de l’apprentissage",
    controls: "Commandes du film",
    curves: "Courbes",
    explore: "Les flèches déplacent une croix\u202f; la prédiction y est lue.",
    hint: "Survolez, touchez ou parcourez l’image avec les flèches\u00a0: la prédiction s’affiche ici.",
    calm: "Mouvement réduit\u00a0: le film avance d’image en image.",
    failed: "Le film n’a pas pu être chargé. Vérifiez la connexion, puis réessayez.",
    retry: "Réessayer",
    class: "classe",
  },
  en: {
    play: "Play",
    pause: "Pause",
    previous: "Previous frame",
    next: "Next frame",
    moment: "Point in the training",
    controls: "Film controls",
    curves: "Curves",
    explore: "The arrow keys move a cross; the prediction there is read out.",
    hint: "Point at the picture, touch it or use the arrow keys: the prediction is shown here.",
    calm: "Reduced motion: the film moves frame by frame.",
    failed: "The film could not be loaded. Check the connection, then try again.",
    retry: "Try again",
    class: "class",
  },
};

const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  previous: "M6 6h2.5v12H6zM19 6v12l-9-6z",
  next: "M15.5 6H18v12h-2.5zM5 6v12l9-6z",
};

class TrainingPlayer extends HTMLElement {
  #film = /** @type {import("./film.js").Film | null} */ (null);
  #moment = 0;
  #probe = /** @type {[number, number] | null} */ (null);
  #playing = 0;
  #pending = 0;
  #undo = /** @type {(() => void)[]} */ ([]);

  connectedCallback() {
    if (!this.stage) this.#build();
    if (this.#film) this.#follow();
    else this.#whenNear();
  }

  disconnectedCallback() {
    this.#stop();
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** Put the controls around the poster; they work as soon as the film is there. */
  #build() {
    this.language = this.closest("[lang]")?.lang.startsWith("fr") ? "fr" : "en";
    this.words = WORDS[this.language];
    const { words } = this;
    this.stage = this.querySelector(".film-stage");
    this.picture = this.stage.querySelector(".film-picture");
    this.readout = this.querySelector(".film-readout");
    this.curves = element("canvas", { class: "film-curves", role: "img", "aria-label": words.curves });
    this.stage.append(this.curves);
    this.buttons = Object.fromEntries(
      ["previous", "play", "next"].map((name) => [name, button(name, words[name])]),
    );
    this.slider = element("input", { type: "range", min: "0", max: "0", "aria-label": words.moment });
    const controls = element("div", { class: "film-controls", role: "group", "aria-label": words.controls });
    controls.append(...Object.values(this.buttons), this.slider);
    this.hint = element("p", { class: "film-hint" }, words.hint);
    this.calm = element("p", { class: "film-calm" }, words.calm);
    this.status = element("p", { class: "film-status", role: "status" });
    this.append(controls, this.hint, this.calm, this.status);
    this.readout.after(controls);
    this.#enable(false);
    this.buttons.play.addEventListener("click", () => (this.#playing ? this.#pause() : this.#play()));
    this.buttons.previous.addEventListener("click", () => this.#step(-1));
    this.buttons.next.addEventListener("click", () => this.#step(1));
    this.slider.addEventListener("input", () => {
      this.#stop();
      this.#show(Number(this.slider.value));
    });
  }

  #whenNear() {
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        near.disconnect();
        this.#load();
      },
      { rootMargin: "400px" },
    );
    near.observe(this);
    this.#undo.push(() => near.disconnect());
  }

  async #load() {
    try {
      const answer = await fetch(new URL(`${this.getAttribute("film")}.json`, FILMS));
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      this.#open(decode(await answer.json()));
    } catch (error) {
      console.warn(`training-player: ${this.getAttribute("film")}:`, error);
      this.#complain();
    }
  }

  #complain() {
    const alert = element("p", { class: "film-failed", role: "alert" }, `${this.words.failed} `);
    const retry = element("button", { type: "button" }, this.words.retry);
    retry.addEventListener("click", () => {
      alert.remove();
      this.#load();
    });
    alert.append(retry);
    this.stage.after(alert);
  }

  /** @param {import("./film.js").Film} film */
  #open(film) {
    this.#film = film;
    const round = new Intl.NumberFormat(this.language, { maximumFractionDigits: 2 });
    const exact = new Intl.NumberFormat(this.language, {
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
    });
    const minus = (text) => text.replace("-", "−");
    this.number = (value) => minus(exact.format(value));
    const axis = (value) => minus(round.format(value));
    this.canvas = element("canvas", {
      class: "film-plane",
      tabindex: "0",
      role: "application",
      "aria-label": `${this.getAttribute("label")} ${this.words.explore}`,
    });
    this.picture.append(this.canvas);
    this.plane = new Plane(this.canvas, film, axis);
    this.graph = new Curves(this.curves, film, this.language, axis);
    const names = film.curves.map((curve) => curve.name[this.language]).join(", ");
    this.curves.setAttribute("aria-label", `${this.words.curves} (${names})`);
    this.slider.max = String(film.steps.length - 1);
    this.#enable(true);
    this.classList.add("film-loaded");
    this.#explore();
    this.#follow();
    this.#show(film.poster);
  }

  /** Draw again when the scheme or the size changes, until the element leaves the page. */
  #follow() {
    const redraw = () => this.#draw();
    const scheme = new MutationObserver(redraw);
    for (const node of [document.documentElement, document.body]) {
      scheme.observe(node, { attributes: true, attributeFilter: ["data-md-color-scheme", "class"] });
    }
    const size = new ResizeObserver(redraw);
    size.observe(this.stage);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", redraw);
    this.#undo.push(
      () => scheme.disconnect(),
      () => size.disconnect(),
      () => dark.removeEventListener("change", redraw),
    );
  }

  /** The prediction below the mouse, the finger, or the cross that the arrow keys move. */
  #explore() {
    const look = (event) => {
      this.#probe = this.#inside(this.plane.placeAt(event.offsetX, event.offsetY));
      this.#draw();
    };
    this.canvas.addEventListener("pointermove", look);
    this.canvas.addEventListener("pointerdown", look);
    this.canvas.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.#forget();
    });
    this.canvas.addEventListener("blur", () => this.#forget());
    this.canvas.addEventListener("keydown", (event) => {
      const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
      const move = moves[event.key];
      if (event.key === "Escape") this.#forget();
      if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const [xMin, xMax, yMin, yMax] = this.#film.bounds;
      const [x, y] = this.#probe ?? [(xMin + xMax) / 2, (yMin + yMax) / 2];
      const size = event.shiftKey ? 8 : 32;
      this.#probe = this.#inside([
        x + (move[0] * (xMax - xMin)) / size,
        y + (move[1] * (yMax - yMin)) / size,
      ]);
      this.#draw();
      this.status.textContent = this.hint.textContent;
    });
  }

  #inside([x, y]) {
    const [xMin, xMax, yMin, yMax] = this.#film.bounds;
    return /** @type {[number, number]} */ ([clamp(x, xMin, xMax), clamp(y, yMin, yMax)]);
  }

  #forget() {
    this.#probe = null;
    this.#draw();
  }

  #play() {
    const last = this.#film.steps.length - 1;
    if (this.#moment >= last) this.#moment = 0;
    this.#label("pause");
    let before = performance.now();
    const turn = (now) => {
      // A picture of the screen may have begun before the button was pressed: no time has passed.
      const frames = Math.max(0, now - before) / (CALM.matches ? CALM_FRAME : FRAME);
      if (!CALM.matches || frames >= 1) {
        before = now;
        const moment = Math.min(last, this.#moment + (CALM.matches ? 1 : frames));
        this.#show(moment);
        if (moment >= last) {
          this.#pause();
          return;
        }
      }
      this.#playing = requestAnimationFrame(turn);
    };
    this.#show(this.#moment);
    this.#playing = requestAnimationFrame(turn);
  }

  #stop() {
    cancelAnimationFrame(this.#playing);
    this.#playing = 0;
    if (this.buttons) this.#label("play");
  }

  /** Stop on a whole frame, and say which. */
  #pause() {
    this.#stop();
    this.#show(Math.round(this.#moment));
    this.status.textContent = this.readout.textContent;
  }

  /** @param {number} frames */
  #step(frames) {
    this.#stop();
    const last = this.#film.steps.length - 1;
    this.#show(clamp(Math.round(this.#moment) + frames, 0, last));
    this.status.textContent = this.readout.textContent;
  }

  /** @param {number} moment */
  #show(moment) {
    this.#moment = moment;
    const frame = Math.round(moment);
    const film = this.#film;
    const said = [`${film.step[this.language]} ${film.steps[frame]}`];
    for (const curve of film.curves) {
      said.push(`${curve.name[this.language]} ${this.number(curve.values[frame])}`);
    }
    this.readout.textContent = said.join(" · ");
    this.slider.value = String(frame);
    this.slider.setAttribute("aria-valuetext", said.join(", "));
    this.#draw();
  }

  /** Draw once, however often it was asked for before the next picture of the screen. */
  #draw() {
    if (!this.#film) return;
    this.#tell();
    cancelAnimationFrame(this.#pending);
    this.#pending = requestAnimationFrame(() => {
      this.plane.draw(this.#moment, this.#probe);
      this.graph.draw(this.#moment);
    });
  }

  #tell() {
    if (!this.#probe) {
      this.hint.textContent = this.words.hint;
      return;
    }
    const [x, y] = this.#probe;
    const { symbol, value, label } = predictionAt(this.#film, this.#moment, x, y);
    const [comma, colon] = this.language === "fr" ? ["\u202f;", "\u00a0:"] : [",", ":"];
    const place = `x₁ = ${this.number(x)}${comma} x₂ = ${this.number(y)}`;
    this.hint.textContent =
      `${place}${colon} ${symbol} = ${this.number(value)}, ${this.words.class} ${label}`;
  }

  /** @param {boolean} there */
  #enable(there) {
    for (const control of [...Object.values(this.buttons), this.slider]) control.disabled = !there;
  }

  /** @param {"play" | "pause"} name */
  #label(name) {
    const { play } = this.buttons;
    play.setAttribute("aria-label", this.words[name]);
    play.title = this.words[name];
    play.querySelector("path").setAttribute("d", ICONS[name]);
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string>} attributes
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[T]}
 */
function element(tag, attributes, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

/**
 * @param {"previous" | "play" | "next"} name
 * @param {string} label
 */
function button(name, label) {
  const made = element("button", { type: "button", "aria-label": label, title: label });
  made.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
  return made;
}

customElements.define("training-player", TrainingPlayer);
