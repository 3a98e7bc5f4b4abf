import type { LayerTime, ModelProfile } from './profile.ts';

/** An operator of a model, in the order in which the runtime ran it. */
export interface RanOperator extends LayerTime {
  readonly count: number;
}

/** The runtime's own operators that move a tensor between the host and a device. */
const movers: readonly string[] = ['MemcpyFromHost', 'MemcpyToHost'];

/** Kernels, layers and fallbacks of a model, costliest first. `provider`: the one that was to run all of it. */
export function insideModel(
  operators: readonly RanOperator[],
  provider: string,
): Pick<ModelProfile, 'kernelMs' | 'kernels' | 'layers' | 'fellBack'> {
  const kernels = new Map<string, { op: string; provider: string; count: number; ms: number }>();
  for (const { op, provider: ranOn, count, ms } of operators) {
    const key = `${op}\0${ranOn}`;
    const known = kernels.get(key);
    if (known === undefined) kernels.set(key, { op, provider: ranOn, count, ms });
    else {
      known.count += count;
      known.ms += ms;
    }
  }
  return {
    kernelMs: operators.reduce((sum, { ms }) => sum + ms, 0),
    kernels: [...kernels.values()].sort((a, b) => b.ms - a.ms),
    layers: operators.map(({ count: _, ...layer }): LayerTime => layer).sort((a, b) => b.ms - a.ms),
    fellBack: [...fallbacks(operators, provider)].sort((a, b) => b.ms + b.copyMs - (a.ms + a.copyMs)),
  };
}

/**
 * Operators that ran elsewhere than on `provider`. Tensors are moved where the run goes over from one to the other, so
 * the copies in a row of operators off the device are shared out among those of the row.
 */
function fallbacks(operators: readonly RanOperator[], provider: string): ModelProfile['fellBack'] {
  const found: ModelProfile['fellBack'][number][] = [];
  let row: RanOperator[] = [];
  const close = (): void => {
    const off = row.filter(({ op }) => !movers.includes(op));
    const copyMs = row.reduce((sum, { op, ms }) => (movers.includes(op) ? sum + ms : sum), 0);
    for (const { name, op, ms } of off) found.push({ layer: name, op, ms, copyMs: copyMs / off.length });
    row = [];
  };
  for (const operator of operators) {
    if (operator.provider === provider && !movers.includes(operator.op)) close();
    else row.push(operator);
  }
  close();
  return found;
}
