// Draws a film on two canvases: the plane with its samples, and the curves beside it.
// Colours come from the page's CSS variables at each drawing, so that they follow the scheme.

import { boundary, gridAt, lineAt } from "./film.js";

/** @typedef {import("./film.js").Film} Film */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */

const NAMES = ["ink", "muted", "grid", "surface", "blue", "orange", "teal", "magenta", "red"];

/**
 * @param {Element} element
 * @returns {Record<string, string>}
 */
export function coloursOf(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--book-${name}`).trim() || style.color;
  return Object.fromEntries(NAMES.map((name) => [name, read(name)]));
}

/**
 * Make the canvas as sharp as the screen and give a pen in CSS pixels.
 * @param {HTMLCanvasElement} canvas
 */
function sharpen(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.font = `14px ${getComputedStyle(canvas).fontFamily}`;
  return { pen, width, height };
}

/** The plane: predictions, their border, the samples, and the reader's cross. */
export class Plane {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Film} film
   * @param {(value: number) => string} number
   */
  constructor(canvas, film, number) {
    this.canvas = canvas;
    this.film = film;
    this.number = number;
  }

  /** @returns {Box} */
  get box() {
    const { clientWidth, clientHeight } = this.canvas;
    return { x: 42, y: 8, width: clientWidth - 50, height: clientHeight - 50 };
  }

  /**
   * The place in the plane below a place of the canvas.
   * @param {number} across
   * @param {number} down
   * @returns {[number, number]}
   */
  placeAt(across, down) {
    const [xMin, xMax, yMin, yMax] = this.film.bounds;
    const { x, y, width, height } = this.box;
    return [
      xMin + ((across - x) / width) * (xMax - xMin),
      yMax - ((down - y) / height) * (yMax - yMin),
    ];
  }

  /**
   * @param {number} x
   * @param {number} y
   * @returns {[number, number]}
   */
  onCanvas(x, y) {
    const [xMin, xMax, yMin, yMax] = this.film.bounds;
    const { box } = this;
    return [
      box.x + ((x - xMin) / (xMax - xMin)) * box.width,
      box.y + ((yMax - y) / (yMax - yMin)) * box.height,
    ];
  }

  /**
   * @param {number} moment
   * @param {[number, number] | null} probe where the reader looks
   */
  draw(moment, probe) {
    const colours = coloursOf(this.canvas);
    const { pen } = sharpen(this.canvas);
    const { box } = this;
    pen.save();
    pen.beginPath();
    pen.rect(box.x, box.y, box.width, box.height);
    pen.clip();
    if (this.film.lines) this.#halves(pen, colours, moment);
    else this.#grid(pen, colours, moment);
    this.#samples(pen, colours, moment);
    if (this.film.lines) this.#weights(pen, colours, moment);
    if (probe) this.#cross(pen, colours, probe);
    pen.restore();
    this.#axes(pen, colours);
  }

  #grid(pen, colours, moment) {
    const [rows, columns] = this.film.size;
    const values = gridAt(this.film, moment);
    const image = new ImageData(columns, rows);
    const tones = [colours.blue, colours.orange].map((colour) => toRgb(pen, colour));
    values.forEach((value, cell) => {
      const pixel = ((rows - 1 - Math.floor(cell / columns)) * columns + (cell % columns)) * 4;
      image.data.set(tones[value >= 0.5 ? 1 : 0], pixel);
      image.data[pixel + 3] = 10 + 85 * Math.abs(2 * value - 1);
    });
    const small = new OffscreenCanvas(columns, rows);
    small.getContext("2d").putImageData(image, 0, 0);
    const { x, y, width, height } = this.box;
    pen.imageSmoothingEnabled = true;
    // The values stand at the middle of the small picture's pixels: its rim is half a pixel.
    pen.drawImage(small, 0.5, 0.5, columns - 1, rows - 1, x, y, width, height);
    pen.beginPath();
    for (const [x0, y0, x1, y1] of boundary(values, this.film.size)) {
      pen.moveTo(x + (x0 / (columns - 1)) * width, y + height - (y0 / (rows - 1)) * height);
      pen.lineTo(x + (x1 / (columns - 1)) * width, y + height - (y1 / (rows - 1)) * height);
    }
    stroke(pen, colours.ink, 2);
  }

  #halves(pen, colours, moment) {
    const [w1, w2, b] = lineAt(this.film, moment);
    const length = Math.hypot(w1, w2);
    const { x, y, width, height } = this.box;
    pen.globalAlpha = 0.22;
    pen.fillStyle = length > 0 || b < 0 ? colours.blue : colours.orange;
    if (length === 0) pen.fillRect(x, y, width, height);
    else {
      const far = 10 * Math.hypot(...this.film.bounds);
      const [foot, along, up] = this.#frame(w1, w2, b);
      for (const [side, colour] of /** @type {const} */ ([[-1, "blue"], [1, "orange"]])) {
        pen.beginPath();
        for (const [t, n] of [[-far, 0], [far, 0], [far, far], [-far, far]]) {
          const place = foot.map((value, i) => value + t * along[i] + side * n * up[i]);
          pen.lineTo(...this.onCanvas(place[0], place[1]));
        }
        pen.fillStyle = colours[colour];
        pen.fill();
      }
      pen.globalAlpha = 1;
      pen.beginPath();
      for (const t of [-far, far]) {
        pen.lineTo(...this.onCanvas(foot[0] + t * along[0], foot[1] + t * along[1]));
      }
      stroke(pen, colours.ink, 2);
    }
    pen.globalAlpha = 1;
  }

  /** The line's point nearest to the middle of the picture, its direction, and its normal. */
  #frame(w1, w2, b) {
    const [xMin, xMax, yMin, yMax] = this.film.bounds;
    const middle = [(xMin + xMax) / 2, (yMin + yMax) / 2];
    const length = Math.hypot(w1, w2);
    const away = (w1 * middle[0] + w2 * middle[1] + b) / length ** 2;
    const foot = [middle[0] - away * w1, middle[1] - away * w2];
    return [foot, [-w2 / length, w1 / length], [w1 / length, w2 / length]];
  }

  #weights(pen, colours, moment) {
    const [w1, w2, b] = lineAt(this.film, moment);
    const length = Math.hypot(w1, w2);
    if (length === 0) return;
    const longest = Math.max(...this.film.lines.map(([u, v]) => Math.hypot(u, v)));
    const [xMin, xMax] = this.film.bounds;
    const shown = ((0.3 * (xMax - xMin)) / longest) * length;
    const [foot, , up] = this.#frame(w1, w2, b);
    const start = this.onCanvas(foot[0], foot[1]);
    const end = this.onCanvas(foot[0] + shown * up[0], foot[1] + shown * up[1]);
    const angle = Math.atan2(end[1] - start[1], end[0] - start[0]);
    pen.beginPath();
    pen.moveTo(...start);
    pen.lineTo(...end);
    for (const turn of [2.6, -2.6]) {
      pen.moveTo(...end);
      pen.lineTo(end[0] + 11 * Math.cos(angle + turn), end[1] + 11 * Math.sin(angle + turn));
    }
    stroke(pen, colours.surface, 6);
    stroke(pen, colours.teal, 3);
    pen.fillStyle = colours.teal;
    pen.font = `bold 17px ${getComputedStyle(this.canvas).fontFamily}`;
    outlined(pen, "w", end[0] + 12 * Math.cos(angle) - 6, end[1] + 12 * Math.sin(angle) + 6, colours);
  }

  #samples(pen, colours, moment) {
    const { points, classes, marked } = this.film;
    const size = points.length > 300 ? 2.4 : 4.5;
    pen.lineWidth = 0.7;
    pen.strokeStyle = colours.surface;
    points.forEach(([x, y], index) => {
      const [across, down] = this.onCanvas(x, y);
      pen.beginPath();
      if (classes[index]) pen.rect(across - size, down - size, 2 * size, 2 * size);
      else pen.arc(across, down, size * 1.1, 0, 2 * Math.PI);
      pen.fillStyle = classes[index] ? colours.orange : colours.blue;
      pen.fill();
      pen.stroke();
    });
    const wrong = marked ? marked[Math.round(moment)] : -1;
    if (wrong < 0) return;
    pen.beginPath();
    pen.arc(...this.onCanvas(...points[wrong]), 13, 0, 2 * Math.PI);
    stroke(pen, colours.surface, 6);
    stroke(pen, colours.magenta, 3);
  }

  #cross(pen, colours, probe) {
    const [across, down] = this.onCanvas(...probe);
    pen.beginPath();
    for (const [u, v] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      pen.moveTo(across + 4 * u, down + 4 * v);
      pen.lineTo(across + 14 * u, down + 14 * v);
    }
    stroke(pen, colours.surface, 5);
    stroke(pen, colours.ink, 2);
  }

  #axes(pen, colours) {
    const { x, y, width, height } = this.box;
    const [xMin, xMax, yMin, yMax] = this.film.bounds;
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x, y + height);
    pen.lineTo(x + width, y + height);
    stroke(pen, colours.muted, 1);
    pen.fillStyle = colours.muted;
    pen.textAlign = "center";
    for (const value of ticks(xMin, xMax)) {
      pen.fillText(this.number(value), this.onCanvas(value, 0)[0], y + height + 17);
    }
    pen.textAlign = "right";
    for (const value of ticks(yMin, yMax)) {
      pen.fillText(this.number(value), x - 6, this.onCanvas(0, value)[1] + 5);
    }
    pen.fillStyle = colours.ink;
    pen.textAlign = "center";
    pen.fillText("x₁", x + width / 2, y + height + 36);
    pen.fillText("x₂", 10, y + height / 2 + 5);
  }
}

/** Whole numbers, or halves when there are few, strictly inside the bounds. */
function ticks(low, high) {
  const gap = [0.5, 1, 2, 5].find((step) => (high - low) / step <= 5) ?? 10;
  const found = [];
  for (let value = Math.ceil(low / gap) * gap; value <= high; value += gap) found.push(value);
  return found;
}

function stroke(pen, colour, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

function outlined(pen, text, x, y, colours) {
  pen.strokeStyle = colours.surface;
  pen.lineWidth = 4;
  pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}

/** The colour's red, green and blue, whatever way the style sheet wrote it. */
function toRgb(pen, colour) {
  pen.fillStyle = colour;
  const hex = Number.parseInt(String(pen.fillStyle).slice(1), 16);
  return [hex >> 16, (hex >> 8) & 255, hex & 255];
}

/** The numbers followed along the film, above each other, with the moment that is shown. */
export class Curves {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Film} film
   * @param {"fr" | "en"} language
   * @param {(value: number) => string} number
   */
  constructor(canvas, film, language, number) {
    Object.assign(this, { canvas, film, language, number });
  }

  /** @param {number} moment */
  draw(moment) {
    const colours = coloursOf(this.canvas);
    const { pen, width, height } = sharpen(this.canvas);
    const each = (height - 38) / this.film.curves.length;
    this.film.curves.forEach((curve, index) => {
      const box = { x: 34, y: index * each + 26, width: width - 54, height: each - 34 };
      const colour = [colours.magenta, colours.teal][index];
      this.#curve(pen, colours, curve, box, colour, moment);
    });
    this.#steps(pen, colours, { x: 34, y: 26, width: width - 54, height: height - 72 });
  }

  /** Where a step stands on the axis, 0 … 1. */
  #across(step) {
    const last = this.film.steps.at(-1);
    return this.film.logarithmic ? Math.log1p(step) / Math.log1p(last) : step / last;
  }

  #curve(pen, colours, curve, box, colour, moment) {
    const highest = Math.max(1e-9, ...curve.values);
    const top = highest > 0.5 && highest <= 1 ? 1 : highest * 1.05;
    const place = (at) => {
      const [before, after] = [Math.floor(at), Math.min(Math.ceil(at), curve.values.length - 1)];
      const mix = (from, to) => from + (at - before) * (to - from);
      const { steps } = this.film;
      const value = mix(curve.values[before], curve.values[after]);
      const across = mix(this.#across(steps[before]), this.#across(steps[after]));
      return [box.x + across * box.width, box.y + box.height * (1 - value / top)];
    };
    pen.beginPath();
    pen.moveTo(box.x, box.y);
    pen.lineTo(box.x, box.y + box.height);
    pen.lineTo(box.x + box.width, box.y + box.height);
    stroke(pen, colours.muted, 1);
    pen.fillStyle = colours.muted;
    pen.textAlign = "right";
    const rounded = Math.round(top * 10) / 10;
    for (const value of [0, top === 1 ? 1 : rounded]) {
      const down = box.y + box.height * (1 - value / top);
      pen.fillText(this.number(value), box.x - 6, down + 5);
    }
    pen.textAlign = "left";
    pen.fillStyle = colour;
    pen.fillText(curve.name[this.language], box.x + 4, box.y - 8);
    const whole = curve.values.map((_, at) => place(at));
    for (const [line, tone, thick] of /** @type {const} */ ([
      [whole, colours.grid, 2],
      [[...whole.slice(0, Math.floor(moment) + 1), place(moment)], colour, 2.5],
    ])) {
      pen.beginPath();
      for (const [x, y] of line) pen.lineTo(x, y);
      stroke(pen, tone, thick);
    }
    const [x, y] = place(moment);
    pen.beginPath();
    pen.arc(x, y, 5, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.fill();
    stroke(pen, colours.surface, 1.5);
  }

  #steps(pen, colours, box) {
    const last = this.film.steps.at(-1);
    const powers = [0, 1, 10, 100, 1000, 10000].filter((step) => step <= last);
    const shown = this.film.logarithmic ? powers : ticks(0, last);
    pen.fillStyle = colours.muted;
    pen.textAlign = "center";
    for (const step of shown) {
      const x = box.x + this.#across(step) * box.width;
      pen.fillText(String(step), x, box.y + box.height + 25);
    }
    pen.fillStyle = colours.ink;
    const name = this.film.step[this.language];
    pen.fillText(name, box.x + box.width / 2, box.y + box.height + 43);
  }
}
