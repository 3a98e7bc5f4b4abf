import { readdirSync, readFileSync } from 'node:fs';

/** What a server's processes hold, as Linux tells it. */
export interface Holding {
  readonly residentBytes: number;
  /** Of each process, the server's own first. */
  readonly each: readonly number[];
  /** Files, pipes and connections. */
  readonly descriptors: number;
  readonly pids: readonly number[];
}

/** Null where the system does not tell, and when the process is gone. */
export function holdingOf(pid: number): Holding | null {
  try {
    const pids = [pid, ...below(pid)];
    const each = pids.map(residentBytes);
    return {
      residentBytes: sum(each),
      each,
      descriptors: sum(pids.map((one) => readdirSync(`/proc/${one}/fd`).length)),
      pids,
    };
  } catch {
    return null;
  }
}

/** Its children and theirs, but for decoders and the probe of a model, which come and go. */
function below(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return children.filter(isLasting).flatMap((child) => [child, ...below(child)]);
}

function isLasting(pid: number): boolean {
  try {
    const [program, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return program === process.execPath && !args.some((argument) => /[\\/]probe\.[jt]s$/.test(argument));
  } catch {
    return false;
  }
}

function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
