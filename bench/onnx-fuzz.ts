import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { makeLimits } from '../core/define/limits.ts';
import { Problem } from '../core/problems/problem.ts';
import { makeApproval } from '../host/models/approval.ts';
import { examine, mutant } from '../test/core/onnx/mutate.ts';
import { randomModel } from '../test/core/onnx/randomGraph.ts';
import { runChild } from '../test/host/models/child.ts';
import { median } from './measure.ts';

/**
 * Damaged models (10,000 unless a number is given) through all that is done to ONNX files here: each must end in a result or a
 * Problem, soon, and without memory growing. Then each is opened by ONNX Runtime in a child process that may die; how many
 * of them it did not survive is what the process of its own is for, and what is said of those is printed. The peer is sound
 * models: what a damaged one costs more. A second argument `runtime` leaves the first part out.
 */
const count = Number(process.argv[2] ?? 10_000);
const withoutChecks = process.argv[3] === 'runtime';
const batch = 500;
/** One model may take so long; then its process is ended. */
const silentMs = 300_000;
const folder = mkdtempSync(path.join(tmpdir(), 'tributary-fuzz-'));

interface Said {
  readonly at: number;
  readonly result: string;
}

async function checked(): Promise<void> {
  const times: number[] = [];
  const sound: number[] = [];
  let steps = 0;
  let failed = 0;
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  for (let seed = 0; seed < count; seed++) {
    const bytes = mutant(seed);
    const startedAt = performance.now();
    try {
      steps += await examine(bytes);
    } catch (error) {
      failed++;
      console.log(`mutant ${seed}:`, error);
    }
    times.push(performance.now() - startedAt);
    if (seed % 10 !== 0) continue;
    const { bytes: whole } = randomModel(seed % 200, { nodes: 6 });
    const from = performance.now();
    await examine(whole);
    sound.push(performance.now() - from);
  }
  const grown = (process.memoryUsage().rss - before) / 1e6;
  console.log(
    `load ${loadavg()[0]?.toFixed(1)}; ${count} damaged models, ${steps} steps gave a result, ${failed} failed otherwise than by a Problem`,
  );
  console.log(
    `median ${median(times).toFixed(2)} ms, longest ${Math.max(...times).toFixed(0)} ms, ${grown.toFixed(0)} MB more at the end; ratio to sound ones ${(median(times) / median(sound)).toFixed(2)}x`,
  );
}

/** What a person is told of a model that the runtime did not survive, by the gate that each model goes through. */
async function toldOf(bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, 'deadly.onnx');
  writeFileSync(file, bytes);
  const request = { file, name: 'deadly.onnx', adapt: false, provider: 'cpu', threads: 1 } as const;
  const approval = makeApproval(makeLimits(), null, 1);
  return approval.approve('deadly', { ...request, precision: 'full', optimisation: 'all' }).then(
    () => 'it opens there',
    (error: unknown) => (error instanceof Problem ? `${error.data.code}: ${error.data.message}` : String(error)),
  );
}

try {
  if (!withoutChecks) await checked();
  const ends: Record<string, number> = {};
  for (let from = 0; from < count; from += batch) {
    const mutants = mkdtempSync(path.join(folder, 'mutants-'));
    const many = Math.min(batch, count - from);
    for (let n = 0; n < many; n++)
      writeFileSync(path.join(mutants, `${String(n).padStart(4, '0')}.onnx`), mutant(from + n));
    const results = new Map<number, string>();
    let unheard = 0;
    for (let next = 0; next < many; ) {
      const report = await runChild('mutateChild.ts', [mutants, String(next)], { timeMs: 3_600_000, silentMs });
      const said = report.messages as readonly Said[];
      for (const { at, result } of said) {
        results.set(at, result);
        next = at + 1;
      }
      const last = said.at(-1);
      if (last?.result === 'begun') {
        const how = report.late
          ? `nothing within ${silentMs / 1000} s`
          : `child ended (${report.signal ?? report.code})`;
        results.set(last.at, how);
        console.log(`mutant ${from + last.at}: ${how}; ${await toldOf(mutant(from + last.at))}`);
      }
      if (said.length === 0 && ++unheard > 3) throw new Error('the child said nothing');
    }
    for (const result of results.values()) ends[result] = (ends[result] ?? 0) + 1;
    rmSync(mutants, { recursive: true, force: true });
  }
  console.log('opened by the runtime, in a process that may die:', ends);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
