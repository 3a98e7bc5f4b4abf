import type { Profile } from '../profile/profile.ts';
import type { BundledProfile, ServingProposal } from './manifest.ts';

const unmeasuredConcurrency = 2;
const waitingPerRunning = 4;
const deadlineMs = 30_000;
/** Below this, joining items is not worth what it adds to the latency of each. */
const worthwhileBatch = 1.1;

/** What a server should be set to, from what was measured, with reasons. */
export function proposalOf(profile: Profile | null): ServingProposal {
  const because: string[] = [];
  const knee = profile === null ? null : closedKnee(profile);
  const cores = profile?.environment.cores ?? null;
  const concurrency = knee?.level ?? cores ?? unmeasuredConcurrency;
  if (knee !== null)
    because.push(
      `${concurrency} at once: past that, more clients gained little where load was measured (${round(knee.throughput)}/s, p95 ${round(knee.p95)} ms).`,
    );
  else if (cores !== null)
    because.push(`${concurrency} at once: the cores of the machine that measured; load was not measured.`);
  else because.push(`${concurrency} at once: nothing was measured.`);
  const maxQueue = concurrency * waitingPerRunning;
  because.push(`${maxQueue} may wait: ${waitingPerRunning} for each that runs.`);
  const best = profile === null ? null : bestBatch(profile);
  const batch = best?.batch ?? 1;
  // About as long as the others of a batch take to come at the rate that it can bear, but no longer than a run itself.
  const coming = best === null ? 0 : ((batch - 1) * 1000) / best.throughput;
  const batchWaitMs = round(Math.min(coming, profile?.measured.wall.p50 ?? 0));
  if (best === null) because.push('Items are not joined: no batch was measured that gains from it.');
  else
    because.push(
      `Up to ${batch} items are joined: ${round(best.throughput)}/s against ${round(best.alone)}/s one by one; ${batchWaitMs} ms is what the others take to come at that rate.`,
    );
  return { concurrency: Math.max(1, Math.round(concurrency)), maxQueue, deadlineMs, batch, batchWaitMs, because };
}

/** A profile in the figures that a bundle carries. `current`: it was measured of this very document. */
export function bundledProfile(profile: Profile, current: boolean): BundledProfile {
  const { measured, environment } = profile;
  const { wall, memory } = measured;
  const nodes = measured.nodes.map(({ node, total, criticalPercent }) => ({
    node,
    p50Ms: finite(total.p50),
    criticalPercent: finite(criticalPercent),
  }));
  return {
    id: profile.id,
    createdAt: profile.createdAt,
    current,
    device: profile.device,
    cpu: environment.cpu,
    os: environment.os,
    runs: measured.runs,
    p50Ms: finite(wall.p50),
    p95Ms: finite(wall.p95),
    p99Ms: finite(wall.p99),
    throughput: finite(measured.throughput),
    coldMs: finite(measured.cold.wallMs),
    steadyBytes: finite(memory.steadyBytes),
    peakBytes: finite(memory.peakBytes),
    gpuPeakBytes: memory.gpu === null ? null : finite(memory.gpu.peakBytes),
    loadRequestsPerSecond: highestRate(profile),
    nodes: nodes.sort((a, b) => b.p50Ms - a.p50Ms || (a.node < b.node ? -1 : 1)),
  };
}

interface Knee {
  readonly level: number;
  readonly throughput: number;
  readonly p95: number;
}

/** Clients at the knee of the newest closed loop, pipeline as the document says. */
function closedKnee({ load }: Profile): Knee | null {
  for (const { settings, curves } of [...load].reverse()) {
    if (settings.arrivals !== 'closed') continue;
    const curve = curves.find(({ batch }) => batch === 0) ?? curves[0];
    const point = curve === undefined || curve.knee === null ? undefined : curve.points[curve.knee];
    if (point !== undefined) return { level: point.level, throughput: point.throughput, p95: point.latency.p95 };
  }
  return null;
}

function bestBatch({
  load,
}: Profile): { readonly batch: number; readonly throughput: number; readonly alone: number } | null {
  for (const { curves } of [...load].reverse()) {
    const most = curves.map(({ batch, points }) => ({
      batch,
      throughput: Math.max(0, ...points.filter(({ saturated }) => !saturated).map(({ throughput }) => throughput)),
    }));
    const alone = most.find(({ batch }) => batch <= 1)?.throughput ?? 0;
    const best = most.reduce((a, b) => (b.throughput > a.throughput ? b : a), { batch: 1, throughput: alone });
    if (best.batch > 1 && alone > 0 && best.throughput >= worthwhileBatch * alone) return { ...best, alone };
  }
  return null;
}

function highestRate({ load }: Profile): number | null {
  const rates = load.flatMap(({ curves }) =>
    curves.flatMap(({ points }) => points.filter((point) => !point.saturated).map((point) => point.throughput)),
  );
  return rates.length === 0 ? null : finite(Math.max(...rates));
}

function finite(x: number): number {
  return Number.isFinite(x) ? x : 0;
}

/** Three digits, or all before the point. */
function round(x: number): number {
  return x >= 100 ? Math.round(x) : Number(x.toPrecision(3));
}
