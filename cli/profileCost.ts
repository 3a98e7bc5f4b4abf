import path from 'node:path';
import { Problem } from '../core/problems/problem.ts';
import type { CostResult } from '../core/profile/cost.ts';
import { costOf } from '../core/profile/costOf.ts';
import { examplePrices, type PriceTable, pricesOf } from '../core/profile/prices.ts';
import type { Profile } from '../core/profile/profile.ts';
import { decodeUtf8, readWhole } from '../host/files/host.ts';
import type { ProfileOptions } from './profile.ts';

const mostBytes = 1024 * 1024;

export interface Priced {
  readonly result: CostResult;
  readonly currency: string;
}

/**
 * What it would cost to serve the pipeline, by the highest throughput that was measured: under load where there is a
 * curve, one after the other where there is none.
 */
export async function costOfProfile(profile: Profile, { cost, perDay }: ProfileOptions): Promise<Priced> {
  const { machines, traffic } = typeof cost === 'string' ? await readPrices(cost) : examplePrices;
  const points = profile.load.flatMap(({ curves }) => curves.flatMap((curve) => curve.points));
  const best = points
    .filter((point) => !point.saturated)
    .reduce<{ readonly throughput: number; readonly p95: number }>(
      (most, point) =>
        point.throughput > most.throughput ? { throughput: point.throughput, p95: point.latency.p95 } : most,
      { throughput: profile.measured.throughput, p95: profile.measured.wall.p95 },
    );
  const asked = perDay === undefined ? traffic : { ...traffic, requestsPerDay: perDay };
  return { result: costOf(best.throughput, best.p95, machines, asked), currency: traffic.currency };
}

async function readPrices(file: string): Promise<PriceTable> {
  const name = path.basename(file);
  const text = decodeUtf8(await readWhole(path.resolve(file), { name, maxBytes: mostBytes }), name);
  try {
    return pricesOf(JSON.parse(text), name);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('value-invalid', {
      message: `"${name}" is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`,
      fix: 'Mend it, or leave the file out to see an example.',
      where: { file: name },
    });
  }
}
