import type { Profile, Series } from '../../../core/profile/profile.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import { knownProfile } from './knownProfile.ts';
import { type MachineNoise, noisyMachine, normal } from './machineNoise.ts';

export const sampleNames: readonly string[] = ['small.jpg', 'large.jpg'];
/** What the second sample costs more than the first. */
const larger = 2.5;

/** A profile as a noisy machine would give it: nodes of known work, one after the other, on two samples in turn. */
export function simulatedProfile(
  work: Readonly<Record<string, number>>,
  noise: MachineNoise,
  seed: number,
  runs: number,
  change: Partial<Profile> = {},
): Profile {
  const machine = noisyMachine(noise, seed);
  const own = seededRandom(seed + 77_777);
  const wallMs: number[] = [];
  const nodes: Record<string, number[]> = Object.fromEntries(Object.keys(work).map((node) => [node, []]));
  for (let run = 0; run < runs; run++) {
    // One state of the machine for all nodes of a run, a little of their own for each, and one stall at the most.
    const state = machine(1);
    const stalled = state > 1.15 ? state - 1 : 0;
    const hit = Math.floor(own() * Object.keys(work).length);
    let wall = 0;
    for (const [i, [node, ms]] of Object.entries(work).entries()) {
      const plain = ms * (run % 2 === 0 ? 1 : larger) * (stalled > 0 ? 1 : state) * Math.exp(0.02 * normal(own));
      const time = i === hit ? plain + stalled * 10 : plain;
      nodes[node].push(time);
      wall += time;
    }
    wallMs.push(wall + 0.1);
  }
  const series: Series = {
    wallMs,
    atMs: wallMs.map((_, i) => i * 30),
    sample: wallMs.map((_, i) => i % 2),
    nodes,
  };
  return knownProfile(
    { id: `profile-${seed}`, samples: sampleNames.map((name) => ({ name })), ...change },
    { series, runs },
  );
}
