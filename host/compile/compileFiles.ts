import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Checked } from '../../core/check/checked.ts';
import type { Device } from '../../core/define/host.ts';
import { writeDocument } from '../../core/graph/write.ts';
import { type Compiled, type CompileOptions, compilePipeline } from '../../core/lower/compile.ts';
import { compiledDocument, type PartNodeType } from '../../core/lower/compiledDocument.ts';
import type { Assumptions } from '../../core/lower/retype.ts';
import { documentHash } from '../../core/profile/documentHash.ts';
import type { Engine } from '../engine/messages.ts';
import { replaceFile } from '../files/documentFile.ts';
import { removeOwn } from '../files/stateFile.ts';
import { makeFolder } from '../files/userPath.ts';
import { openWorkspace } from '../files/workspace.ts';
import { batchRefusals, type CompareAsk, type Compared, compareAnswers } from './compareAnswers.ts';
import { nothingCompiled } from './fused.ts';
import { openSources } from './sources.ts';
import type { CompileTarget } from './target.ts';
import { writeExamples } from './writeExamples.ts';
import { type PartOnDisk, writeParts } from './writeParts.ts';

export interface CompileFilesAsk {
  /** Without errors. */
  readonly checked: Checked;
  /** The pipeline's folder. */
  readonly folder: string;
  readonly to: CompileTarget;
  /** The node that runs a compiled file. */
  readonly node: PartNodeType;
  readonly assume?: Assumptions;
  /** What is done to pictures while they are decoded stays outside. */
  readonly keepDecodePass?: boolean;
  /** Branches that wait for different inputs in files of their own. */
  readonly apart?: boolean;
  /** Programs that run the files, and a README. */
  readonly examples: boolean;
  /** Holds the files against the nodes before they are written where they are wanted; null: they are not run. */
  readonly verify: VerifyAsk | null;
}
export interface VerifyAsk {
  readonly engine: Engine;
  readonly samples: CompareAsk['samples'];
  readonly device?: Device;
  readonly signal: AbortSignal;
  readonly onSample?: (done: number, total: number) => void;
}

/** What was made, and how it compares. */
export interface CompiledFiles {
  readonly compiled: Compiled;
  readonly written: readonly PartOnDisk[];
  /** Null: not asked for. */
  readonly compared: Compared | null;
  /** Programs and README, absolute. */
  readonly examples: readonly string[];
  readonly document: string | null;
}

/**
 * Compiles a pipeline, holds what came of it against its nodes, and writes it. Throws `not-lowerable` when nothing of it can
 * be compiled.
 */
export async function compileFiles(ask: CompileFilesAsk): Promise<CompiledFiles> {
  const { checked, folder, to, node, verify } = ask;
  const bytes = await openSources(await openWorkspace(folder), checked);
  const sha256 = documentHash(checked.document, (text) => createHash('sha256').update(text).digest('hex'));
  const options: CompileOptions = {
    bytes,
    sha256,
    assume: ask.assume,
    keepDecodePass: ask.keepDecodePass ?? false,
    apart: ask.apart ?? false,
  };
  const first = compilePipeline(checked, options);
  if (first.parts.length === 0) throw nothingCompiled(checked, first.outside);
  // Before the samples run, which takes its time.
  await makeFolder(to.folder);
  const { compiled, compared } =
    verify === null ? { compiled: first, compared: null } : await verified(ask, verify, first, options);
  verify?.signal.throwIfAborted();
  const written = await writeParts(compiled, to.folder, to.stem, folder);
  const examples = ask.examples
    ? await writeExamples(checked.document.name, compiled, written, to.folder, to.stem)
    : [];
  if (to.document !== null) {
    const document = compiledDocument(checked, compiled, written, node);
    await replaceFile(to.document, new TextEncoder().encode(writeDocument(document)));
  }
  return { compiled, written, compared, examples, document: to.document };
}

/** Runs what was compiled from a folder of its own beside the pipeline, and takes it away again. */
async function verified(
  { checked, folder, node }: CompileFilesAsk,
  { engine, samples, device, signal, onSample }: VerifyAsk,
  first: Compiled,
  options: CompileOptions,
): Promise<{ readonly compiled: Compiled; readonly compared: Compared }> {
  const trial = path.join(folder, '.tributary', 'compiled', `trial-${process.pid}`);
  const askFor = async (compiled: Compiled): Promise<CompareAsk> => {
    const written = await writeParts(compiled, trial, 'part', folder);
    return {
      engine,
      folder,
      plain: checked.document,
      compiled: compiledDocument(checked, compiled, written, node),
      samples,
      signal,
      ...(device === undefined ? {} : { device }),
      onSample: (done) => onSample?.(done, samples.length),
    };
  };
  try {
    const one = await askFor(first);
    const compared = await compareAnswers(one);
    if (compared.samples === 0) return { compiled: first, compared };
    const refused = await refusedParts(first, one, node);
    if (refused.size === 0) return { compiled: first, compared };
    const compiled = compilePipeline(checked, { ...options, oneItem: refused });
    return { compiled, compared: await compareAnswers(await askFor(compiled)) };
  } finally {
    await removeOwn(trial);
  }
}

/** For each part whose items turn out not to stay apart, its first node and the reason. */
async function refusedParts(
  { parts }: Compiled,
  ask: CompareAsk,
  { type }: PartNodeType,
): Promise<ReadonlyMap<string, string>> {
  const nodes = ask.compiled.nodes.filter((node) => node.type === type);
  const taking = nodes.filter((_, at) => parts[at].file.batch).map((node) => node.id);
  if (taking.length === 0) return new Map();
  const refusals = await batchRefusals(ask, taking);
  return new Map(
    nodes.flatMap(({ id }, at) => {
      const why = refusals.get(id);
      return why === undefined ? [] : [[parts[at].file.nodes[0].id, `items do not stay apart in it: ${why}`] as const];
    }),
  );
}
