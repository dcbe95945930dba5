// The work that the shop asks of a client it is not sure of (docs/front-door.md): numbers n for which SHA-256 of "seed:n" begins
// with zero bits. In short turns, so that the page stays alive; no worker, which many a content policy forbids.
export type Work = { seed: string; bits: number; count: number };

const kTurnMs = 12;
const k: number[] = [];
const start: number[] = [];
const words = new Int32Array(64);
const fraction = (root: number) => ((root % 1) * 2 ** 32) | 0;
const turn = (x: number, by: number) => (x >>> by) | (x << (32 - by));

// The constants of FIPS 180-4: of the roots of the first primes.
function prepare() {
  for (let n = 2, i; k.length < 64; n++) {
    for (i = 2; n % i; i++);
    if (i < n) continue;
    k.push(fraction(n ** (1 / 3)));
    if (start.length < 8) start.push(fraction(n ** 0.5));
  }
}

// The first 32 bits of SHA-256 of an ASCII text of at most 55 characters: one block.
export function firstWord(text: string): number {
  if (!k.length) prepare();
  let i = 0;
  words.fill(0);
  for (; i < text.length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  words[i >> 2] |= 128 << (24 - 8 * (i & 3));
  words[15] = i * 8;
  let [a, b, c, d, e, f, g, h] = start;
  for (let j = 0; j < 64; j++) {
    if (j > 15) {
      const x = words[j - 15];
      const y = words[j - 2];
      words[j] = words[j - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + words[j - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    const t = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (g ^ (e & (f ^ g))) + k[j] + words[j]) | 0;
    const u = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) | (c & (a | b)));
    h = g;
    g = f;
    f = e;
    e = (d + t) | 0;
    d = c;
    c = b;
    b = a;
    a = (t + u) | 0;
  }
  return (start[0] + a) >>> 0;
}

// The solution as it is sent: the numbers, rising, joined by dots.
export async function solve({ seed, bits, count }: Work): Promise<string> {
  const found: number[] = [];
  for (let n = 0, until = 0; found.length < count; n++) {
    if (!(n & 255) && performance.now() > until) {
      await new Promise((later) => setTimeout(later));
      until = performance.now() + kTurnMs;
    }
    if (firstWord(`${seed}:${n}`) < 2 ** (32 - bits)) found.push(n);
  }
  return found.join(".");
}
