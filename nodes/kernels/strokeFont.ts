/**
 * A small font of strokes, made for labels on pictures: every printable ASCII character and the ellipsis. Coordinates
 * have their origin at the upper left: capitals reach from 0 to 10, small letters from 3.2, tails end at 13. A glyph is
 * its width and a path of M (move), L (line) and Q (quadratic curve). Being drawn by distance, it is sharp at any
 * size and comes out the same on every machine.
 */
const glyphs: Readonly<Record<string, readonly [width: number, path: string]>> = {
  ' ': [1.2, ''],
  '!': [0, 'M0,0 L0,7 M0,9.8 L0,9.8'],
  '"': [2.4, 'M0,0 L0,2.6 M2.4,0 L2.4,2.6'],
  '#': [7, 'M2.4,0.4 L1.2,9.6 M5.8,0.4 L4.6,9.6 M0.4,3.4 L7,3.4 M0,6.6 L6.6,6.6'],
  $: [6, 'M5.8,1.8 Q5,0 3,0 Q0.3,0 0.3,2.5 Q0.3,4.5 3,4.9 Q6,5.4 6,7.5 Q6,10 3,10 Q0.7,10 0,8 M3,-1.2 L3,11.2'],
  '%': [
    8,
    'M7.2,0 L0.8,10 M1.8,0 Q3.4,0 3.4,2.2 Q3.4,4.4 1.8,4.4 Q0.2,4.4 0.2,2.2 Q0.2,0 1.8,0 M6.2,5.6 Q7.8,5.6 7.8,7.8 Q7.8,10 6.2,10 Q4.6,10 4.6,7.8 Q4.6,5.6 6.2,5.6',
  ],
  '&': [7, 'M7,10 L1.6,3.4 Q0.6,0 2.9,0 Q5,0 4.9,2 Q4.8,3.4 2.4,4.8 Q0,6.2 0,7.8 Q0,10 2.6,10 Q5.8,10 6.4,5.6'],
  "'": [0, 'M0,0 L0,2.6'],
  '(': [2.2, 'M2.2,-0.8 Q0,1.8 0,5.2 Q0,8.8 2.2,11.6'],
  ')': [2.2, 'M0,-0.8 Q2.2,1.8 2.2,5.2 Q2.2,8.8 0,11.6'],
  '*': [4.4, 'M2.2,0 L2.2,4.4 M0.2,1.1 L4.2,3.3 M4.2,1.1 L0.2,3.3'],
  '+': [5.6, 'M2.8,2.8 L2.8,8.4 M0,5.6 L5.6,5.6'],
  ',': [0.5, 'M0.5,9.8 L0,11.6'],
  '-': [3.4, 'M0,6 L3.4,6'],
  '.': [0, 'M0,9.8 L0,9.8'],
  '/': [4.2, 'M4.2,-0.6 L0,10.8'],
  '0': [6, 'M3,0 Q6,0 6,5 Q6,10 3,10 Q0,10 0,5 Q0,0 3,0'],
  '1': [6, 'M1.2,2.2 L3.8,0 L3.8,10'],
  '2': [6, 'M0.2,2.6 Q0.4,0 3,0 Q5.8,0 5.8,2.6 Q5.8,4.4 3.4,6.4 L0,10 L6,10'],
  '3': [6, 'M0.2,1.9 Q0.9,0 3,0 Q5.6,0 5.6,2.4 Q5.6,4.8 3,4.8 L2,4.8 M3,4.8 Q6,4.8 6,7.4 Q6,10 3,10 Q0.6,10 0,8'],
  '4': [6, 'M4.6,10 L4.6,0 L0,7.1 L6.2,7.1'],
  '5': [6, 'M5.5,0 L0.8,0 L0.4,4.6 Q1.4,3.7 3,3.7 Q6,3.7 6,6.8 Q6,10 2.9,10 Q0.7,10 0,8.2'],
  '6': [6, 'M5.4,1.4 Q4.6,0 3.2,0 Q0,0 0,5.8 Q0,10 3,10 Q6,10 6,6.9 Q6,4 3.1,4 Q0.6,4 0,6.6'],
  '7': [6, 'M0,0 L6,0 L2.2,10'],
  '8': [
    6,
    'M3,4.7 Q0.5,4.7 0.5,2.3 Q0.5,0 3,0 Q5.5,0 5.5,2.3 Q5.5,4.7 3,4.7 Q6,4.7 6,7.4 Q6,10 3,10 Q0,10 0,7.4 Q0,4.7 3,4.7',
  ],
  '9': [6, 'M0.6,8.6 Q1.4,10 2.8,10 Q6,10 6,4.2 Q6,0 3,0 Q0,0 0,3.1 Q0,6 2.9,6 Q5.4,6 6,3.4'],
  ':': [0, 'M0,4.2 L0,4.2 M0,9.8 L0,9.8'],
  ';': [0.5, 'M0.5,4.2 L0.5,4.2 M0.5,9.8 L0,11.6'],
  '<': [5, 'M5,2.6 L0,5.8 L5,9'],
  '=': [5.4, 'M0,4.3 L5.4,4.3 M0,7.3 L5.4,7.3'],
  '>': [5, 'M0,2.6 L5,5.8 L0,9'],
  '?': [5, 'M0,2.2 Q0.4,0 2.6,0 Q5,0 5,2.3 Q5,3.9 3.4,4.8 Q2.5,5.4 2.5,7 M2.5,9.8 L2.5,9.8'],
  '@': [
    9,
    'M6.4,3.4 L6.2,6.2 Q6,7.2 7,7.2 Q9,7 9,4.6 Q9,0 4.6,0 Q0,0 0,5.4 Q0,11 5,11 Q6.6,11 7.8,10.2 M6.3,4.8 Q6,3 4.4,3 Q2.4,3 2.4,5.2 Q2.4,7.2 4.1,7.2 Q5.8,7.2 6.2,5.6',
  ],
  A: [7, 'M0,10 L3.5,0 L7,10 M1.2,6.6 L5.8,6.6'],
  B: [6, 'M0,0 L0,10 L3.5,10 Q6,10 6,7.4 Q6,4.8 3.5,4.8 L0,4.8 M3.2,4.8 Q5.4,4.8 5.4,2.4 Q5.4,0 3,0 L0,0'],
  C: [6.5, 'M6.5,2.2 Q5.6,0 3.5,0 Q0,0 0,5 Q0,10 3.5,10 Q5.6,10 6.5,7.8'],
  D: [6.5, 'M0,0 L0,10 L2.6,10 Q6.5,10 6.5,5 Q6.5,0 2.6,0 L0,0'],
  E: [5.5, 'M5.5,0 L0,0 L0,10 L5.5,10 M0,4.8 L4.8,4.8'],
  F: [5.5, 'M5.5,0 L0,0 L0,10 M0,4.9 L4.8,4.9'],
  G: [6.8, 'M6.5,2.2 Q5.6,0 3.6,0 Q0,0 0,5 Q0,10 3.6,10 Q6.8,10 6.8,6.8 L6.8,5.4 L4,5.4'],
  H: [6.5, 'M0,0 L0,10 M6.5,0 L6.5,10 M0,4.9 L6.5,4.9'],
  I: [3, 'M0,0 L3,0 M1.5,0 L1.5,10 M0,10 L3,10'],
  J: [4.5, 'M4.5,0 L4.5,7 Q4.5,10 2.2,10 Q0.4,10 0,8'],
  K: [6.2, 'M0,0 L0,10 M6,0 L0,6.2 M2.2,4.1 L6.2,10'],
  L: [5, 'M0,0 L0,10 L5,10'],
  M: [8, 'M0,10 L0,0 L4,6.4 L8,0 L8,10'],
  N: [6.8, 'M0,10 L0,0 L6.8,10 L6.8,0'],
  O: [7, 'M3.5,0 Q7,0 7,5 Q7,10 3.5,10 Q0,10 0,5 Q0,0 3.5,0'],
  P: [6, 'M0,10 L0,0 L3.3,0 Q6,0 6,2.8 Q6,5.6 3.3,5.6 L0,5.6'],
  Q: [7, 'M3.5,0 Q7,0 7,5 Q7,10 3.5,10 Q0,10 0,5 Q0,0 3.5,0 M4.4,7.4 L7,10.6'],
  R: [6.2, 'M0,10 L0,0 L3.3,0 Q6,0 6,2.8 Q6,5.6 3.3,5.6 L0,5.6 M3.2,5.6 L6.2,10'],
  S: [6, 'M5.8,1.8 Q5,0 3,0 Q0.3,0 0.3,2.5 Q0.3,4.5 3,4.9 Q6,5.4 6,7.5 Q6,10 3,10 Q0.7,10 0,8'],
  T: [6.4, 'M0,0 L6.4,0 M3.2,0 L3.2,10'],
  U: [6.5, 'M0,0 L0,6.6 Q0,10 3.25,10 Q6.5,10 6.5,6.6 L6.5,0'],
  V: [7, 'M0,0 L3.5,10 L7,0'],
  W: [9.6, 'M0,0 L2.4,10 L4.8,1.6 L7.2,10 L9.6,0'],
  X: [6.4, 'M0,0 L6.4,10 M6.4,0 L0,10'],
  Y: [6.6, 'M0,0 L3.3,5 L6.6,0 M3.3,5 L3.3,10'],
  Z: [6, 'M0,0 L6,0 L0,10 L6,10'],
  '[': [2, 'M2,-0.8 L0,-0.8 L0,11.6 L2,11.6'],
  '\\': [4.2, 'M0,-0.6 L4.2,10.8'],
  ']': [2, 'M0,-0.8 L2,-0.8 L2,11.6 L0,11.6'],
  '^': [4.6, 'M0,3.6 L2.3,0 L4.6,3.6'],
  _: [5.6, 'M0,11 L5.6,11'],
  '`': [1.6, 'M0,0 L1.6,2'],
  a: [5, 'M0.5,4.5 Q1.2,3.2 2.8,3.2 Q5,3.2 5,5.4 L5,10 M5,6.3 L2.6,6.3 Q0,6.3 0,8.2 Q0,10 2.2,10 Q4.2,10 5,8.2'],
  b: [5.4, 'M0,0 L0,10 M0,6.6 Q0,3.2 2.8,3.2 Q5.4,3.2 5.4,6.6 Q5.4,10 2.8,10 Q0,10 0,6.6'],
  c: [4.8, 'M4.8,4.8 Q4.1,3.2 2.6,3.2 Q0,3.2 0,6.6 Q0,10 2.6,10 Q4.1,10 4.8,8.4'],
  d: [5.4, 'M5.4,0 L5.4,10 M5.4,6.6 Q5.4,3.2 2.6,3.2 Q0,3.2 0,6.6 Q0,10 2.6,10 Q5.4,10 5.4,6.6'],
  e: [5.2, 'M0,6.5 L5.2,6.5 Q5.2,3.2 2.6,3.2 Q0,3.2 0,6.6 Q0,10 2.7,10 Q4.4,10 5,8.6'],
  f: [3.6, 'M3.6,0.2 Q1.2,-0.4 1.2,2 L1.2,10 M0,3.4 L3.4,3.4'],
  g: [
    5.4,
    'M5.4,3.4 L5.4,10.4 Q5.4,13 2.7,13 Q1.1,13 0.4,12 M5.4,6.6 Q5.4,3.2 2.6,3.2 Q0,3.2 0,6.6 Q0,10 2.6,10 Q5.4,10 5.4,6.6',
  ],
  h: [5.2, 'M0,0 L0,10 M0,6 Q0,3.2 2.8,3.2 Q5.2,3.2 5.2,5.8 L5.2,10'],
  i: [0, 'M0,3.4 L0,10 M0,0.5 L0,0.5'],
  j: [1.6, 'M1.6,3.4 L1.6,11 Q1.6,13 0,13 M1.6,0.5 L1.6,0.5'],
  k: [5, 'M0,0 L0,10 M4.6,3.4 L0,7.4 M1.8,5.9 L5,10'],
  l: [1.4, 'M0,0 L0,8.6 Q0,10 1.4,10'],
  m: [
    8.4,
    'M0,3.4 L0,10 M0,5.8 Q0,3.2 2.3,3.2 Q4.2,3.2 4.2,5.4 L4.2,10 M4.2,5.6 Q4.2,3.2 6.4,3.2 Q8.4,3.2 8.4,5.4 L8.4,10',
  ],
  n: [5.2, 'M0,3.4 L0,10 M0,6 Q0,3.2 2.8,3.2 Q5.2,3.2 5.2,5.8 L5.2,10'],
  o: [5.4, 'M2.7,3.2 Q5.4,3.2 5.4,6.6 Q5.4,10 2.7,10 Q0,10 0,6.6 Q0,3.2 2.7,3.2'],
  p: [5.4, 'M0,3.4 L0,13 M0,6.6 Q0,3.2 2.8,3.2 Q5.4,3.2 5.4,6.6 Q5.4,10 2.8,10 Q0,10 0,6.6'],
  q: [5.4, 'M5.4,3.4 L5.4,13 M5.4,6.6 Q5.4,3.2 2.6,3.2 Q0,3.2 0,6.6 Q0,10 2.6,10 Q5.4,10 5.4,6.6'],
  r: [3.4, 'M0,3.4 L0,10 M0,6.2 Q0.2,3.2 3.4,3.4'],
  s: [4.6, 'M4.4,4.5 Q3.8,3.2 2.3,3.2 Q0.2,3.2 0.2,4.9 Q0.2,6.2 2.3,6.5 Q4.6,6.9 4.6,8.2 Q4.6,10 2.3,10 Q0.5,10 0,8.7'],
  t: [3.6, 'M1.2,1 L1.2,8 Q1.2,10.3 3.6,9.9 M0,3.4 L3.4,3.4'],
  u: [5.2, 'M0,3.4 L0,7.4 Q0,10 2.4,10 Q5.2,10 5.2,7.2 M5.2,3.4 L5.2,10'],
  v: [5.4, 'M0,3.4 L2.7,10 L5.4,3.4'],
  w: [7.8, 'M0,3.4 L2,10 L3.9,4.2 L5.8,10 L7.8,3.4'],
  x: [5, 'M0,3.4 L5,10 M5,3.4 L0,10'],
  y: [5.4, 'M0,3.4 L2.8,10 M5.4,3.4 L2.6,11.2 Q1.9,13 0.2,12.9'],
  z: [4.8, 'M0,3.4 L4.8,3.4 L0,10 L4.8,10'],
  '{': [2.8, 'M2.8,-0.8 Q1.2,-0.8 1.2,1 L1.2,3.6 Q1.2,5.4 0,5.4 Q1.2,5.4 1.2,7.2 L1.2,9.8 Q1.2,11.6 2.8,11.6'],
  '|': [0, 'M0,-1 L0,12'],
  '}': [2.8, 'M0,-0.8 Q1.6,-0.8 1.6,1 L1.6,3.6 Q1.6,5.4 2.8,5.4 Q1.6,5.4 1.6,7.2 L1.6,9.8 Q1.6,11.6 0,11.6'],
  '~': [5.6, 'M0,6.4 Q0.2,4.6 1.6,4.8 Q2.4,5 3,5.6 Q4,6.6 4.8,6.2 Q5.6,5.8 5.6,4.6'],
  '…': [6, 'M0,9.8 L0,9.8 M3,9.8 L3,9.8 M6,9.8 L6,9.8'],
};

/** What stands for a character that the font does not have. */
const unknown: readonly [width: number, path: string] = [5, 'M0,0 L5,0 L5,10 L0,10 L0,0'];

export const capHeight = 10;
/** Room between glyphs. */
const spacing = 2.5;
/** How many lines a curve becomes; enough for letters of 200 pixels. */
const curveSteps = 10;

/** Lines of a text: x0, y0, x1, y1 each, in font units, and the width of the whole. */
export interface TextStrokes {
  readonly segments: Float64Array;
  readonly width: number;
}

/** Lays a text out on one line. Accents are dropped (é becomes e), other unknown characters become a box. */
export function textStrokes(text: string): TextStrokes {
  const segments: number[] = [];
  let x = 0;
  for (const character of plainCharacters(text)) {
    const [width, path] = Object.hasOwn(glyphs, character) ? glyphs[character] : unknown;
    addPath(path, x, segments);
    x += width + spacing;
  }
  return { segments: Float64Array.from(segments), width: Math.max(0, x - spacing) };
}

/** Width of a text in font units. */
export function textWidth(text: string): number {
  let x = 0;
  for (const character of plainCharacters(text))
    x += (Object.hasOwn(glyphs, character) ? glyphs[character] : unknown)[0] + spacing;
  return Math.max(0, x - spacing);
}

/** The text, or as much of its head as fits into `width` font units with an ellipsis. */
export function fitText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`) > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

function plainCharacters(text: string): string {
  return text
    .replace(/\s/gu, ' ')
    .normalize('NFD')
    .replace(/\p{M}|\p{Cf}|\p{Cc}/gu, '');
}

function addPath(path: string, left: number, segments: number[]): void {
  let x = 0;
  let y = 0;
  for (const [, op, numbers] of path.matchAll(/([MLQ])([^MLQ]*)/g)) {
    const [a, b, c, d] = numbers.trim().split(/[ ,]/).map(Number);
    if (op === 'L') segments.push(left + x, y, left + a, b);
    if (op === 'Q') {
      let fromX = x;
      let fromY = y;
      for (let step = 1; step <= curveSteps; step++) {
        const t = step / curveSteps;
        const toX = (1 - t) * (1 - t) * x + 2 * t * (1 - t) * a + t * t * c;
        const toY = (1 - t) * (1 - t) * y + 2 * t * (1 - t) * b + t * t * d;
        segments.push(left + fromX, fromY, left + toX, toY);
        fromX = toX;
        fromY = toY;
      }
    }
    x = op === 'Q' ? c : a;
    y = op === 'Q' ? d : b;
  }
}
