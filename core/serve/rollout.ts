/** When a version that is being tried is taken back. */
export interface GuardSettings {
  /** Requests that it must have answered before anything is said of it. */
  readonly leastRequests: number;
  /** Share of failed requests by which it may be worse than the version before it. */
  readonly mostErrors: number;
  /** Its 95th percentile may be so many times that of the version before it. */
  readonly latencyRatio: number;
  /** Share of its answers that may differ from those of the version before it; null: it is to answer differently. */
  readonly mostDifferent: number | null;
}

export const usualGuard: GuardSettings = {
  leastRequests: 50,
  mostErrors: 0.02,
  latencyRatio: 1.5,
  mostDifferent: null,
};

/** Latencies that are kept of a version, the last ones. */
const keptLatencies = 1000;
/** 99 % one-sided: a version is not taken back by bad luck. */
const z = 2.326348;

/** What became of a version's requests, as far as it is the version's doing. */
export class VersionTally {
  answered = 0;
  failed = 0;
  /** Answers that were held against another version's, and those that differed. */
  compared = 0;
  different = 0;
  largestDifference = 0;
  /** Copies that were not made, since one before them still ran. */
  dropped = 0;
  readonly #latencies: number[] = [];
  #next = 0;

  tellAnswered(ms: number): void {
    this.answered++;
    this.#latencies[this.#next] = ms;
    this.#next = (this.#next + 1) % keptLatencies;
  }

  tellFailed(): void {
    this.failed++;
  }

  tellCompared(different: boolean, by: number | null): void {
    this.compared++;
    if (different) this.different++;
    if (by !== null) this.largestDifference = Math.max(this.largestDifference, by);
  }

  requests(): number {
    return this.answered + this.failed;
  }

  sortedLatencies(): readonly number[] {
    return [...this.#latencies].sort((a, b) => a - b);
  }
}

export interface Verdict {
  readonly why: 'errors' | 'latency' | 'parity';
  readonly words: string;
}

/** Why a version should be taken back, beyond doubt; null while there is no reason. */
export function guardVerdict(tried: VersionTally, before: VersionTally, settings: GuardSettings): Verdict | null {
  if (tried.requests() >= settings.leastRequests) {
    const share = tried.failed / tried.requests();
    const usual = before.requests() === 0 ? 0 : before.failed / before.requests();
    if (lowerShare(tried.failed, tried.requests()) > usual + settings.mostErrors)
      return {
        why: 'errors',
        words: `${percent(share)} of its ${tried.requests()} requests failed, ${percent(usual)} before`,
      };
    const slower = latencyVerdict(tried, before, settings);
    if (slower !== null) return slower;
  }
  const { mostDifferent } = settings;
  if (mostDifferent === null || tried.compared < settings.leastRequests) return null;
  if (lowerShare(tried.different, tried.compared) <= mostDifferent) return null;
  return {
    why: 'parity',
    words: `${tried.different} of ${tried.compared} answers differ from those of the version before, ${percent(mostDifferent)} were allowed`,
  };
}

function latencyVerdict(tried: VersionTally, before: VersionTally, settings: GuardSettings): Verdict | null {
  const [own, usual] = [tried.sortedLatencies(), before.sortedLatencies()];
  if (own.length < settings.leastRequests || usual.length < settings.leastRequests) return null;
  const most = settings.latencyRatio * quantileBound(usual, 0.95, z);
  const least = quantileBound(own, 0.95, -z);
  if (least <= most) return null;
  const p95 = (sorted: readonly number[]) => quantileBound(sorted, 0.95, 0).toFixed(1);
  return { why: 'latency', words: `its p95 is ${p95(own)} ms, it was ${p95(usual)} ms` };
}

/** A bound of a quantile by the order statistics, `z` deviations off (Conover, Practical Nonparametric Statistics, 3.2). */
function quantileBound(sorted: readonly number[], q: number, off: number): number {
  const n = sorted.length;
  const place = n * q + off * Math.sqrt(n * q * (1 - q));
  return sorted[Math.min(n - 1, Math.max(0, Math.ceil(place) - 1))];
}

/** Lower bound of a share that was seen `count` times of `of` (Wilson 1927). */
function lowerShare(count: number, of: number): number {
  if (of === 0) return 0;
  const share = count / of;
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return Math.max(0, (share + (z * z) / (2 * of) - spread) / (1 + (z * z) / of));
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

export interface Weighted {
  readonly version: string;
  readonly weight: number;
}

/**
 * The version that a request goes to: by chance, or by its key, which then stays with one version as long as weights
 * stay. `draw`: 0 to 1. Null when no version has any weight.
 */
export function chooseVersion(
  versions: readonly Weighted[],
  key: string | undefined,
  draw: () => number,
): string | null {
  const sum = versions.reduce((all, { weight }) => all + weight, 0);
  if (sum <= 0) return null;
  let left = (key === undefined ? draw() : unitHash(key)) * sum;
  for (const { version, weight } of versions) {
    if (weight <= 0) continue;
    left -= weight;
    if (left < 0) return version;
  }
  return versions.findLast(({ weight }) => weight > 0)?.version ?? null;
}

/** A text as a number from 0 to 1: FNV-1a (Fowler, Noll and Vo), its bits mixed as in MurmurHash3. */
function unitHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
