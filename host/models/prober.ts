import type { Children } from '../process/children.ts';
import { childrenHere } from '../process/here.ts';
import type { ProbeAnswer, ProbeAsk } from './messages.ts';

export interface ProbeBounds {
  /** Address space; kept on Linux only, outside Electron, where a shell can set it. 0 for none. */
  readonly memoryBytes: number;
  readonly timeMs: number;
  readonly env?: Readonly<Record<string, string>>;
}

export type ProbeOutcome =
  | { readonly end: 'answered'; readonly answer: ProbeAnswer }
  | { readonly end: 'died'; readonly how: string; readonly stderr: string }
  | { readonly end: 'late' };

/** Asks one question of a child process that may crash, run out of memory or hang. Never throws, never outlives its bounds. */
export function probe(
  ask: ProbeAsk,
  { memoryBytes, timeMs, env }: ProbeBounds,
  children: Children = childrenHere(),
): Promise<ProbeOutcome> {
  const child = children.start<ProbeAsk, ProbeAnswer>('probe', {
    stdout: 'none',
    env,
    bounds: { memoryBytes, processorSeconds: (timeMs * 16) / 1000 },
  });
  return new Promise((resolve) => {
    let outcome: ProbeOutcome | null = null;
    const timer = setTimeout(() => {
      outcome ??= { end: 'late' };
      child.kill();
    }, timeMs);
    child.onMessage((answer) => {
      outcome ??= { end: 'answered', answer };
      // It has nothing more to do, and some drivers hang when a process ends in good order.
      child.kill();
    });
    child.onExit(({ how, lastWords }) => {
      clearTimeout(timer);
      resolve(outcome ?? { end: 'died', how, stderr: lastWords });
    });
    child.send(ask);
  });
}
