// What a film says: its frames decoded, and the prediction at any place and moment.
// No drawing and no page here, so that it can be understood, and tested, by itself.

/**
 * @typedef {Object} Curve
 * @property {{fr: string, en: string}} name
 * @property {number[]} values one for each frame
 */

/**
 * A film as `atelier.draw.films` writes it, its grids decoded.
 * @typedef {Object} Film
 * @property {[number, number, number, number]} bounds x_min, x_max, y_min, y_max
 * @property {[number, number][]} points
 * @property {number[]} classes 0 or 1 for each point
 * @property {string[]} labels what the two classes are called
 * @property {{fr: string, en: string}} step what a frame is called
 * @property {number[]} steps the number of each frame
 * @property {boolean} logarithmic
 * @property {Curve[]} curves
 * @property {number} poster
 * @property {[number, number]} [size] rows and columns of a grid
 * @property {Uint8Array[]} [frames] a grid for each frame, 0 … 255 for a prediction 0 … 1
 * @property {[number, number, number][]} [lines] w₁, w₂ and b for each frame
 * @property {number[]} [marked] the point that each frame is about, −1 for none
 */

/**
 * Undo `atelier.draw.films.encode`: each frame is stored as its difference from the one before.
 * @param {any} stored
 * @returns {Film}
 */
export function decode(stored) {
  if (!stored.grids) return stored;
  const [rows, columns] = stored.size;
  const bytes = Uint8Array.from(atob(stored.grids), (letter) => letter.charCodeAt(0));
  const length = rows * columns;
  const frames = stored.steps.map((_, at) => bytes.subarray(at * length, (at + 1) * length));
  for (let at = 1; at < frames.length; at += 1) {
    for (let cell = 0; cell < length; cell += 1) frames[at][cell] += frames[at - 1][cell];
  }
  const { grids, ...film } = stored;
  return { ...film, frames };
}

/**
 * The predictions at a moment between two frames, 0 … 1, row by row from y_min.
 * @param {Film} film
 * @param {number} moment 0 for the first frame, 0.5 for half way to the second
 * @returns {Float32Array}
 */
export function gridAt(film, moment) {
  const { before, after, share } = around(film, moment);
  const [from, to] = [film.frames[before], film.frames[after]];
  return Float32Array.from(from, (level, cell) => (level + share * (to[cell] - level)) / 255);
}

/**
 * The line at a moment between two frames.
 * @param {Film} film
 * @param {number} moment
 * @returns {[number, number, number]} w₁, w₂ and b
 */
export function lineAt(film, moment) {
  const { before, after, share } = around(film, moment);
  const [from, to] = [film.lines[before], film.lines[after]];
  return /** @type {[number, number, number]} */ (
    from.map((value, index) => value + share * (to[index] - value))
  );
}

/**
 * What is predicted at a place: a probability (grids) or a score (lines), and the class.
 * @param {Film} film
 * @param {number} moment
 * @param {number} x
 * @param {number} y
 * @returns {{symbol: "p" | "z", value: number, label: string}}
 */
export function predictionAt(film, moment, x, y) {
  if (film.lines) {
    const [w1, w2, b] = lineAt(film, moment);
    const value = w1 * x + w2 * y + b;
    return { symbol: "z", value, label: film.labels[value >= 0 ? 1 : 0] };
  }
  const value = bilinear(film, gridAt(film, moment), x, y);
  return { symbol: "p", value, label: film.labels[value >= 0.5 ? 1 : 0] };
}

/**
 * Where the grid crosses 0.5, as segments in cells: [column, row, column, row].
 * @param {Float32Array} grid
 * @param {[number, number]} size
 * @returns {number[][]}
 */
export function boundary(grid, [rows, columns]) {
  const segments = [];
  const crossing = (a, b) => (0.5 - a) / (b - a);
  for (let row = 0; row < rows - 1; row += 1) {
    for (let column = 0; column < columns - 1; column += 1) {
      const at = row * columns + column;
      const [a, b] = [grid[at], grid[at + 1]];
      const [d, c] = [grid[at + columns], grid[at + columns + 1]];
      const ends = [];
      if (a < 0.5 !== b < 0.5) ends.push(column + crossing(a, b), row);
      if (b < 0.5 !== c < 0.5) ends.push(column + 1, row + crossing(b, c));
      if (c < 0.5 !== d < 0.5) ends.push(column + 1 - crossing(c, d), row + 1);
      if (d < 0.5 !== a < 0.5) ends.push(column, row + 1 - crossing(d, a));
      for (let end = 0; end + 3 < ends.length; end += 4) segments.push(ends.slice(end, end + 4));
    }
  }
  return segments;
}

/**
 * The two frames around a moment; before the first frame it is the first, after the last the last.
 * @param {Film} film
 * @param {number} moment
 */
function around(film, moment) {
  const last = film.steps.length - 1;
  const within = clamp(moment, 0, last);
  const before = Math.floor(within);
  return { before, after: Math.min(before + 1, last), share: within - before };
}

/**
 * @param {Film} film
 * @param {Float32Array} grid
 * @param {number} x
 * @param {number} y
 */
function bilinear(film, grid, x, y) {
  const [xMin, xMax, yMin, yMax] = film.bounds;
  const [rows, columns] = film.size;
  const across = clamp((x - xMin) / (xMax - xMin), 0, 1) * (columns - 1);
  const up = clamp((y - yMin) / (yMax - yMin), 0, 1) * (rows - 1);
  const column = Math.min(Math.floor(across), columns - 2);
  const row = Math.min(Math.floor(up), rows - 2);
  const [u, v] = [across - column, up - row];
  const at = row * columns + column;
  const below = grid[at] * (1 - u) + grid[at + 1] * u;
  const above = grid[at + columns] * (1 - u) + grid[at + columns + 1] * u;
  return below * (1 - v) + above * v;
}

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
