import { spawnSync } from 'node:child_process';

/** Middle value; of an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value below which one in sixteen lies: of times, what a busy machine disturbs least. */
export function quickest(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 4];
}

/** Milliseconds of each of `rounds` calls, after `warmUp` calls that do not count. */
export async function timeCalls(call: () => unknown, rounds: number, warmUp: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = -warmUp; round < rounds; round++) {
    const before = performance.now();
    await call();
    if (round >= 0) times.push(performance.now() - before);
  }
  return times;
}

/**
 * A Python that can import the modules, for peers' scripts: TRIBUTARY_BENCH_PYTHON or python3. A string says why there is none.
 */
export function findPython(modules: readonly string[]): { readonly command: string } | string {
  const command = process.env['TRIBUTARY_BENCH_PYTHON'] ?? 'python3';
  const tried = spawnSync(command, ['-c', `import ${modules.join(', ')}`], { encoding: 'utf8' });
  if (tried.error) return `no Python was found (${tried.error.message}); set TRIBUTARY_BENCH_PYTHON`;
  if (tried.status !== 0) return `${command} lacks a module: ${tried.stderr.trim().split('\n').pop()}`;
  return { command };
}
