import type { Checked } from '../../core/check/checked.ts';
import type { Device } from '../../core/define/host.ts';
import { problemFrom } from '../../core/problems/problem.ts';
import type { Engine } from '../engine/messages.ts';
import { type GatheredFile, gatherFiles } from './gather.ts';
import { type Recorded, recordGolden } from './recordGolden.ts';
import { type GivenSample, goldenSamples } from './samples.ts';
import { type CompiledNode, usedNodes } from './userNodes.ts';

export interface PrepareAsk {
  readonly checked: Checked;
  readonly folder: string;
  readonly engine: Engine;
  readonly nodeFolders: readonly string[];
  /** What it will be served on; golden outputs are recorded there where this machine has it. */
  readonly device: 'cpu' | 'cuda';
  /** Samples beside the pipeline's own. */
  readonly given: readonly GivenSample[];
  readonly signal: AbortSignal;
  readonly onStep?: (done: number, of: number, words: string) => void;
}

/** What every target of a pipeline is made of, however its options stand: it can be planned from again and again. */
export interface PreparedExport {
  readonly files: readonly GatheredFile[];
  readonly nodes: readonly CompiledNode[];
  readonly recorded: Recorded;
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
  return { files, nodes, recorded };
}

async function works(engine: Engine, device: Device): Promise<boolean> {
  return (await engine.devices()).some((trial) => trial.device === device && trial.works);
}
