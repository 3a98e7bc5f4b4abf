import type { Checked } from '../../core/check/checked.ts';
import type { Device } from '../../core/define/host.ts';
import { problemFrom } from '../../core/problems/problem.ts';
import type { Engine } from '../engine/messages.ts';
import { captureDrift } from './driftReference.ts';
import { type GatheredFile, gatherFiles } from './gather.ts';
import { type Recorded, recordGolden } from './recordGolden.ts';
import { type GivenSample, goldenSamples } from './samples.ts';
import { siblingSamples } from './siblingSamples.ts';
import { type CompiledNode, usedNodes } from './userNodes.ts';

/** Fewer samples tell nothing of what is usual. */
const leastSamples = 5;

export interface PrepareAsk {
  readonly checked: Checked;
  readonly folder: string;
  readonly engine: Engine;
  readonly nodeFolders: readonly string[];
  /** What it will be served on; golden outputs are recorded there where this machine has it. */
  readonly device: 'cpu' | 'cuda';
  /** Samples beside the pipeline's own. */
  readonly given: readonly GivenSample[];
  /** What it will see in service, for drift; without any, what lies beside its own samples. */
  readonly reference?: readonly GivenSample[];
  readonly signal: AbortSignal;
  readonly onStep?: (done: number, of: number, words: string) => void;
}

/** What every target of a pipeline is made of, however its options stand: it can be planned from again and again. */
export interface PreparedExport {
  readonly files: readonly GatheredFile[];
  readonly nodes: readonly CompiledNode[];
  readonly recorded: Recorded;
  /** Reference statistics for drift, as the text of a file; absent where there are too few samples to tell anything. */
  readonly drift?: string;
}

/** Finds the pipeline's files, and records its golden outputs. Throws the first problem that stands in the way. */
export async function prepareExport(ask: PrepareAsk): Promise<PreparedExport> {
  const { checked, folder, engine, signal, onStep } = ask;
  const error = checked.problems.find((problem) => problem.severity === 'error');
  if (error !== undefined) throw problemFrom(error);
  const files = await gatherFiles(checked, folder);
  const nodes = await usedNodes(checked, ask.nodeFolders);
  const samples = await goldenSamples(checked, folder, ask.given);
  const device: Device = ask.device === 'cuda' && (await works(engine, 'cuda')) ? 'cuda' : 'cpu';
  const { document } = checked;
  const onSample = (at: number, name: string): void => onStep?.(at, samples.length, `recording ${name}`);
  const recorded = await recordGolden({ engine, document, folder, device, samples, signal, onSample });
  const reference = await referenceSamples(ask, samples);
  if (reference.length < leastSamples) return { files, nodes, recorded };
  const seen = await captureDrift({
    engine,
    checked,
    folder,
    samples: reference,
    device,
    signal,
    onSample: (at) => onStep?.(at, reference.length, 'capturing what is usual'),
  });
  return { files, nodes, recorded, drift: `${JSON.stringify(seen, null, 1)}\n` };
}

async function referenceSamples(
  { reference, given }: PrepareAsk,
  own: readonly GivenSample[],
): Promise<readonly GivenSample[]> {
  if (reference !== undefined && reference.length > 0) return reference;
  if (own.length === 0 || given.length >= leastSamples) return own;
  const beside = await siblingSamples(own[0]);
  return [...beside, ...own.slice(1)];
}

async function works(engine: Engine, device: Device): Promise<boolean> {
  return (await engine.devices()).some((trial) => trial.device === device && trial.works);
}
