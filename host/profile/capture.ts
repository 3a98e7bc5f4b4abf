import type { CheckedNode } from '../../core/check/checked.ts';
import type { ModelHost, ModelOptions, NodeHost } from '../../core/define/host.ts';
import { type ImageValue, type MediaSource, type TensorValue, valueBytes } from '../../core/kinds/value.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { WireProfile } from '../../core/profile/profile.ts';
import type { RunHost } from '../../core/run/host.ts';
import type { Keeper } from '../../core/run/keeper.ts';
import type { Tensors } from '../models/messages.ts';

/** What a model was given when it ran in the pipeline. */
export interface CapturedRun {
  readonly file: string;
  readonly options: ModelOptions;
  readonly feeds: Tensors;
}
export interface CapturedPass {
  readonly source: MediaSource | ImageValue;
  /** Nodes of the stage that the pass did. */
  readonly taken: number;
}

/** What went past an end. */
interface Passed {
  readonly bytes: number;
  readonly items: number;
}
const nothing: Passed = { bytes: 0, items: 0 };

/**
 * Looks on while a pipeline runs: what its models are given, what its fused passes begin with, and what goes over its
 * wires. The first of each is kept. For runs that are not timed.
 */
export class Capture {
  readonly plan: Plan;
  readonly host: RunHost;
  /** By node. */
  readonly models = new Map<string, CapturedRun>();
  /** By stage. */
  readonly passes = new Map<number, CapturedPass>();
  readonly #ends = new Map<string, Passed>();
  #runs = 0;

  constructor(plan: Plan, host: RunHost) {
    this.plan = {
      ...plan,
      stages: plan.stages.map((stage) => ({ ...stage, nodes: stage.nodes.map((n) => this.#watched(n)) })),
    };
    this.host = { ...host, node: { ...host.node, image: this.#watchedImages(plan, host.node) } };
  }

  /** Looks on in one run, which counts once it is `done`. */
  watch(): { readonly keeper: Keeper; done(): void } {
    const seen = new Map<string, Passed>();
    return {
      keeper: {
        see: (end, { value, later }) => {
          const known = seen.get(end) ?? nothing;
          const here = value !== undefined || later !== undefined ? 1 : 0;
          seen.set(end, {
            bytes: known.bytes + (value === undefined ? 0 : valueBytes(value)),
            items: known.items + here,
          });
        },
        complete: () => undefined,
        inherit: () => null,
      },
      done: () => {
        this.#runs++;
        for (const [end, { bytes, items }] of seen) {
          const known = this.#ends.get(end) ?? nothing;
          this.#ends.set(end, { bytes: known.bytes + bytes, items: known.items + items });
        }
      },
    };
  }

  /** Means over the runs that were looked at. Nothing moves over a wire inside a pass. */
  wires(): readonly WireProfile[] {
    const runs = Math.max(1, this.#runs);
    return this.plan.stages.flatMap((stage) =>
      stage.nodes.flatMap((node) =>
        Object.entries(node.sources).map(([port, from]): WireProfile => {
          const { bytes, items } = this.#ends.get(from) ?? nothing;
          return { from, to: `${node.id}.${port}`, bytes: bytes / runs, items: items / runs };
        }),
      ),
    );
  }

  #watched(node: CheckedNode): CheckedNode {
    const { definition } = node;
    const { run, stream } = definition;
    const seen = (host: NodeHost): NodeHost => ({ ...host, models: this.#watchedModels(node.id, host.models) });
    return {
      ...node,
      definition: {
        ...definition,
        run: run === null ? null : (args) => run({ ...args, host: seen(args.host) }),
        stream: stream === null ? null : (args) => stream({ ...args, host: seen(args.host) }),
      },
    };
  }

  #watchedModels(node: string, models: ModelHost): ModelHost {
    return {
      open: async (file, options, signal) => {
        const session = await models.open(file, options, signal);
        return {
          device: session.device,
          lane: session.lane,
          threads: session.threads,
          run: (feeds, give, stop) => {
            if (!this.models.has(node)) this.models.set(node, { file, options, feeds: copied(feeds) });
            return session.run(feeds, give, stop);
          },
        };
      },
    };
  }

  #watchedImages(plan: Plan, { image }: NodeHost): NodeHost['image'] {
    return {
      ...image,
      pass: async (source, steps, signal) => {
        const passed = await image.pass(source, steps, signal);
        const stage = plan.stages.find((candidate) => steps.length > 0 && candidate.steps.includes(steps[0]));
        if (stage !== undefined && !this.passes.has(stage.index)) {
          const before = stage.steps.indexOf(steps[0]);
          this.passes.set(stage.index, { source, taken: before + passed.taken });
        }
        return passed;
      },
    };
  }
}

/** The run may move them away to its lane. */
function copied(feeds: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() } as TensorValue]),
  );
}
