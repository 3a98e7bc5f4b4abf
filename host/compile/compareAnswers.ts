import type { Device } from '../../core/define/host.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { MediaSource, Value } from '../../core/kinds/value.ts';
import { answersEffect, type SampleOutputs } from '../../core/profile/differences.ts';
import type { Engine, RunRequest } from '../engine/messages.ts';

export interface CompareAsk {
  readonly engine: Engine;
  readonly folder: string;
  readonly plain: PipelineDocument;
  readonly compiled: PipelineDocument;
  readonly samples: readonly {
    readonly name: string;
    readonly inputs: Readonly<Record<string, MediaSource | Value>>;
  }[];
  readonly signal: AbortSignal;
  readonly device?: Device;
  readonly onSample?: (done: number) => void;
}

/** How the answers at one public output differ between the pipeline run node by node and its compiled form. */
export interface OutputDifference {
  readonly output: string;
  readonly identical: boolean;
  /** Largest difference of numbers at equal places; null where they cannot be compared. */
  readonly maxDifference: number | null;
  readonly words: string;
}

export interface Compared {
  readonly outputs: readonly OutputDifference[];
  /** Samples that went through both. */
  readonly samples: number;
  /** Samples that one of the two refused, with what it said. */
  readonly refused: readonly { readonly sample: string; readonly by: 'plain' | 'compiled'; readonly message: string }[];
}

/** Runs samples through the pipeline as it is and compiled, and holds the answers against each other. */
export async function compareAnswers(ask: CompareAsk): Promise<Compared> {
  const first: SampleOutputs[] = [];
  const other: SampleOutputs[] = [];
  const refused: { sample: string; by: 'plain' | 'compiled'; message: string }[] = [];
  for (const [at, { name, inputs }] of ask.samples.entries()) {
    ask.onSample?.(at);
    const answers = await Promise.all(
      (['plain', 'compiled'] as const).map(async (by) => {
        try {
          const { outputs } = await ask.engine.run(requestOf(ask, ask[by], inputs), { signal: ask.signal });
          return outputs;
        } catch (error) {
          ask.signal.throwIfAborted();
          refused.push({ sample: name, by, message: error instanceof Error ? error.message : String(error) });
          return null;
        }
      }),
    );
    const [plain, compiled] = answers;
    if (plain === null || compiled === null) continue;
    first.push(plain);
    other.push(compiled);
  }
  const names = [...new Set(first.flatMap((outputs) => Object.keys(outputs)))];
  const outputs = names.map((output): OutputDifference => {
    const only = (all: SampleOutputs): SampleOutputs => (Object.hasOwn(all, output) ? { [output]: all[output] } : {});
    const { identical, maxDifference, words } = answersEffect(first.map(only), other.map(only));
    return { output, identical, maxDifference, words };
  });
  return { outputs, samples: first.length, refused };
}

/** Why the runtime would not join items in a part although its file says that it takes several, by node; tried on two at once. */
export async function batchRefusals(ask: CompareAsk, parts: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const nodes = ask.compiled.nodes.map((node) =>
    parts.includes(node.id) ? { ...node, params: { ...node.params, batch: 2, batchWaitMs: 1000 } } : node,
  );
  const [sample] = ask.samples;
  const run = () =>
    ask.engine.run(requestOf(ask, { ...ask.compiled, nodes }, sample?.inputs ?? {}), { signal: ask.signal });
  const refusals = new Map<string, string>();
  for (const { nodes: reports } of await Promise.all([run(), run()]))
    for (const id of parts) {
      const why = reports[id]?.notes['batchRefused'];
      if (typeof why === 'string') refusals.set(id, why);
    }
  return refusals;
}

/** Without any input the pipeline's own samples are used; inputs that are left out beside others are missing. */
function requestOf(
  { folder, device }: CompareAsk,
  document: PipelineDocument,
  inputs: RunRequest['inputs'],
): RunRequest {
  const noSamples = Object.keys(inputs).length > 0;
  return { document, folder, inputs, noSamples, ...(device === undefined ? {} : { device }) };
}
