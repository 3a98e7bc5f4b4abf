import { seededRandom } from '../../../../core/profile/random.ts';
import { percentile } from '../../../../core/profile/stats.ts';

export interface Trend {
  /** By Theil and Sen: the median of the slopes between any two points. A few odd points do not move it. */
  readonly slope: number;
  /** 95 % of slopes that the same points would give by chance. */
  readonly low: number;
  readonly high: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const resamples = 400;
/** Pairs that are looked at for a slope; more are drawn at random. */
const mostPairs = 20_000;

/**
 * The slope of what was measured again and again, and its noise: a bootstrap of blocks of neighbours (Künsch, 1989),
 * since what memory is now says much about what it is a moment later.
 */
export function trendOf(points: readonly Point[]): Trend {
  const random = seededRandom(1);
  const slope = theilSen(points, random);
  const block = Math.max(2, Math.round(Math.sqrt(points.length)));
  const slopes = Array.from({ length: resamples }, () => {
    const drawn: Point[] = [];
    while (drawn.length < points.length) {
      const from = Math.floor(random() * Math.max(1, points.length - block + 1));
      drawn.push(...points.slice(from, from + block));
    }
    return theilSen(drawn, random);
  }).sort((a, b) => a - b);
  return { slope, low: percentile(slopes, 0.025), high: percentile(slopes, 0.975) };
}

function theilSen(points: readonly Point[], random: () => number): number {
  const slopes: number[] = [];
  const add = (a: Point, b: Point): void => {
    if (a.x !== b.x) slopes.push((b.y - a.y) / (b.x - a.x));
  };
  const { length } = points;
  if ((length * (length - 1)) / 2 <= mostPairs)
    for (let i = 0; i < length; i++) for (let j = i + 1; j < length; j++) add(points[i], points[j]);
  else
    for (let i = 0; i < mostPairs; i++)
      add(points[Math.floor(random() * length)], points[Math.floor(random() * length)]);
  return slopes.length === 0 ? 0 : percentile(Float64Array.from(slopes).sort(), 0.5);
}
