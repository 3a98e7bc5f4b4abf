import { kneeOf } from './knee.ts';
import type { LoadCurve, LoadPoint, LoadSettings } from './load.ts';
import { type LoadParts, runLevel } from './loadLevel.ts';
import { seededRandom } from './random.ts';

export interface CurveProgress {
  /** 0 to 1; an estimate while levels are being found. */
  readonly done: number;
  readonly point: LoadPoint;
  readonly words: string;
}

/** Clients at the most when levels are found by doubling. */
const mostClients = 256;
/** Doubling the clients goes on while it gives this much more. */
const worthwhile = 1.05;
/** Of what a closed loop gives at the most: from idle to beyond what can be borne. */
const fractions = [0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9, 1, 1.15, 1.3];

/**
 * One curve of latency over throughput. Without levels these are found: clients are doubled until that gives nothing more;
 * rates are fractions of what doubling found, up to the first that is too much.
 */
export async function runLoadCurve(
  batch: number,
  settings: LoadSettings,
  parts: LoadParts,
  onProgress: (progress: CurveProgress) => void = () => {},
): Promise<LoadCurve> {
  const points: LoadPoint[] = [];
  const level = (value: number, arrivals: LoadSettings['arrivals'], seconds: number) =>
    // The same seed for the same place: curves of two batch sizes meet the same requests.
    runLevel(
      { arrivals, level: value, seconds, maxQueue: settings.maxQueue },
      parts,
      seededRandom(settings.seed * 1009 + points.length),
    );
  const tell = (point: LoadPoint, done: number) => {
    points.push(point);
    onProgress({ done: Math.min(1, done), point, words: pointWords(settings.arrivals, point) });
  };
  const { arrivals, secondsPerLevel } = settings;
  if (settings.levels.length > 0) {
    for (const value of settings.levels)
      tell(await level(value, arrivals, secondsPerLevel), (points.length + 1) / settings.levels.length);
  } else if (arrivals === 'closed') {
    const typical = 7;
    await doubling(async (clients) => {
      const point = await level(clients, 'closed', secondsPerLevel);
      tell(point, (points.length + 1) / typical);
      return point;
    });
  } else {
    const most = await doubling((clients) => level(clients, 'closed', secondsPerLevel / 4));
    for (const [i, fraction] of fractions.entries()) {
      if (most <= 0) break;
      const point = await level(readable(fraction * most), arrivals, secondsPerLevel);
      tell(point, (i + 1) / fractions.length);
      if (point.saturated) break;
    }
  }
  return { batch, points, knee: kneeOf(points) };
}

/** 1, 2, 4, ... clients until doubling twice has given nothing more. Answers the most requests a second. */
async function doubling(run: (clients: number) => Promise<LoadPoint>): Promise<number> {
  let most = 0;
  let vain = 0;
  for (let clients = 1; clients <= mostClients && vain < 2; clients *= 2) {
    const { throughput } = await run(clients);
    vain = throughput > worthwhile * most ? 0 : vain + 1;
    most = Math.max(most, throughput);
  }
  return most;
}

function pointWords(arrivals: LoadSettings['arrivals'], point: LoadPoint): string {
  const level =
    arrivals === 'closed' ? (point.level === 1 ? '1 client' : `${point.level} clients`) : `${point.level}/s`;
  const answers = `${readable(point.throughput)} answers/s, p95 ${readable(point.latency.p95)} ms`;
  return `${level}: ${answers}${point.saturated ? ', too much' : ''}${point.failed > 0 ? `, ${point.failed} failed` : ''}`;
}

/** Three digits, or all before the point. */
function readable(x: number): number {
  return x >= 100 ? Math.round(x) : Number(x.toPrecision(3));
}
