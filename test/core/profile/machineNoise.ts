import { seededRandom } from '../../../core/profile/random.ts';

/** How a machine that does other things too spoils times. Shares of the time that the work itself takes. */
export interface MachineNoise {
  /** Spread of a single run. */
  readonly jitter: number;
  /** What carries over from one run to the next (AR(1)), and how much of it. */
  readonly mood: number;
  readonly carry: number;
  /** A slow wander (frequency, heat, neighbours): its spread, and runs until it has forgotten. */
  readonly drift: number;
  readonly driftRuns: number;
  /** Pre-emption: how often, and its least length; lengths are Pareto with exponent 1.5, so that their variance has no end. */
  readonly stallChance: number;
  readonly stall: number;
  /** Two processes of the same program never are quite as fast: memory layout, lanes, files in the cache. */
  readonly session: number;
}

export const ordinaryNoise: MachineNoise = {
  jitter: 0.03,
  mood: 0.02,
  carry: 0.7,
  drift: 0.015,
  driftRuns: 100,
  stallChance: 0.03,
  stall: 0.2,
  session: 0.008,
};
export const quietNoise: MachineNoise = {
  jitter: 0.005,
  mood: 0.003,
  carry: 0.5,
  drift: 0.003,
  driftRuns: 200,
  stallChance: 0.005,
  stall: 0.1,
  session: 0.003,
};
/** Neighbours that come and go; what a laptop with a browser open, or a shared build machine, looks like. */
export const busyNoise: MachineNoise = {
  jitter: 0.06,
  mood: 0.04,
  carry: 0.8,
  drift: 0.03,
  driftRuns: 60,
  stallChance: 0.08,
  stall: 0.3,
  session: 0.01,
};

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A machine whose state goes on from run to run: what the next run of `work` milliseconds takes. */
export function noisyMachine(noise: MachineNoise, seed: number): (work: number) => number {
  const random = seededRandom(seed);
  const session = noise.session * normal(random);
  let mood = noise.mood * normal(random);
  let drift = noise.drift * normal(random);
  const keep = Math.exp(-1 / noise.driftRuns);
  return (work) => {
    mood = noise.carry * mood + Math.sqrt(1 - noise.carry ** 2) * noise.mood * normal(random);
    drift = keep * drift + Math.sqrt(1 - keep ** 2) * noise.drift * normal(random);
    // A run is never much faster than the work; it can be much slower.
    const jitter = noise.jitter * (normal(random) + 0.5 * Math.abs(normal(random)));
    const stalled = random() < noise.stallChance ? noise.stall * (1 - random()) ** (-1 / 1.5) : 0;
    return work * Math.exp(session + mood + drift + jitter) * (1 + Math.min(stalled, 50));
  };
}
