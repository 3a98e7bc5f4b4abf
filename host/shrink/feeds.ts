import type { CheckedNode } from '../../core/check/checked.ts';
import type { ModelHost, NodeHost } from '../../core/define/host.ts';
import { type TensorValue, valueBytes } from '../../core/kinds/value.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { CalibrationRun } from '../models/shrink.ts';

const mostRuns = 256;
const mostBytes = 512 * 1024 * 1024;

/** Keeps some of what comes, evenly: when it is full every second goes, and from then on every second that comes. */
export class Thinned {
  readonly #mostRuns: number;
  readonly #mostBytes: number;
  #kept: { readonly run: CalibrationRun; readonly bytes: number }[] = [];
  #stride = 1;
  #came = 0;

  constructor(runs = mostRuns, bytes = mostBytes) {
    this.#mostRuns = runs;
    this.#mostBytes = bytes;
  }

  /** Whether the next one would be kept: spares copying what would not. */
  wants(): boolean {
    return this.#came % this.#stride === 0;
  }

  add(make: () => CalibrationRun): void {
    const wanted = this.wants();
    this.#came++;
    if (!wanted) return;
    const run = make();
    const bytes = Object.values(run.feeds).reduce((sum, tensor) => sum + valueBytes(tensor), 0);
    this.#kept.push({ run, bytes });
    while (this.#kept.length > 1 && (this.#kept.length > this.#mostRuns || this.#total() > this.#mostBytes)) {
      this.#kept = this.#kept.filter((_, at) => at % 2 === 0);
      this.#stride *= 2;
    }
  }

  runs(): readonly CalibrationRun[] {
    return this.#kept.map(({ run }) => run);
  }

  #total(): number {
    return this.#kept.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}

/**
 * The plan with its models looked at: what they are given goes into `seen`, by node. Only models that are asked for there
 * are. `sample` says what runs just now.
 */
export function watchFeeds(plan: Plan, seen: ReadonlyMap<string, Thinned>, sample: () => string): Plan {
  const models = (inner: ModelHost, kept: Thinned): ModelHost => ({
    open: async (file, options, signal) => {
      const session = await inner.open(file, options, signal);
      const { device, lane, threads } = session;
      return {
        device,
        lane,
        threads,
        run: (feeds, give, stop) => {
          // The run may move them away to its lane.
          kept.add(() => ({ sample: sample(), feeds: copied(feeds) }));
          return session.run(feeds, give, stop);
        },
      };
    },
  });
  const watched = (node: CheckedNode): CheckedNode => {
    const kept = seen.get(node.id);
    if (kept === undefined) return node;
    const { run, stream } = node.definition;
    const host = (given: NodeHost): NodeHost => ({ ...given, models: models(given.models, kept) });
    const definition = {
      ...node.definition,
      run: run === null ? null : (args: Parameters<typeof run>[0]) => run({ ...args, host: host(args.host) }),
      stream:
        stream === null ? null : (args: Parameters<typeof stream>[0]) => stream({ ...args, host: host(args.host) }),
    };
    return { ...node, definition };
  };
  return { ...plan, stages: plan.stages.map((stage) => ({ ...stage, nodes: stage.nodes.map(watched) })) };
}

function copied(feeds: Readonly<Record<string, TensorValue>>): Readonly<Record<string, TensorValue>> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() } as TensorValue]),
  );
}
