import path from 'node:path';
import { paramSet } from '../../core/graph/changes.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { applyChanges, type Change } from '../../core/graph/edit.ts';
import type { ShrinkOptions } from '../../core/onnx/shrink/options.ts';
import type { ShrinkAnswers, ShrinkReport, ShrunkModel } from '../../core/onnx/shrink/report.ts';
import type { Truth } from '../../core/onnx/shrink/truth.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { BenchTarget, TrialSettings } from '../../core/profile/bench.ts';
import { compareRounds } from '../../core/profile/compare.ts';
import { namedPorts } from '../../nodes/kernels/modelPorts.ts';
import { removeOwn } from '../files/stateFile.ts';
import { safeWeightBits } from '../models/processor.ts';
import { shrinkModel } from '../models/shrink.ts';
import type { Bed } from '../profile/bed.ts';
import type { BenchHere, JobListeners } from '../profile/bench.ts';
import { cancelledProblem, Runner, samplesOf } from '../profile/runner.ts';
import { compareAnswers } from './answers.ts';
import { Thinned, watchFeeds } from './feeds.ts';

/** What is to be shrunk. Plain data: it crosses to the engine process. */
export interface ShrinkRequest {
  readonly options: ShrinkOptions;
  /** Nodes whose models; empty: every model of the pipeline. */
  readonly nodes: readonly string[];
  /** Where the file goes, for a single model; else beside the model, named after the method. */
  readonly path?: string;
  /** What is true of samples, by name. */
  readonly truth?: Truth;
  /** End to end, both in turns; null: not measured. */
  readonly trial: TrialSettings | null;
}
export interface MadeModel {
  readonly path: string;
  readonly from: string;
  readonly sha256: string;
  /** Nothing stood there before. */
  readonly fresh: boolean;
}
export interface ShrinkAnswer {
  readonly report: ShrinkReport;
  readonly made: readonly MadeModel[];
  /** What lets the nodes use them. */
  readonly changes: readonly Change[];
}

interface ModelUse {
  readonly node: string;
  readonly param: string;
  readonly file: string;
  /** Outputs of the model that become class scores: their largest number is an answer. */
  readonly bestOf: readonly string[];
}

/**
 * Shrinks models of a pipeline on the tensors that reach them on its samples, and holds the pipeline with them against the
 * one without: answers on every sample, and latency in turns. Files that were made stay only when all went well.
 */
export async function shrinkPipeline(
  bed: Bed,
  bench: BenchHere,
  target: BenchTarget,
  document: PipelineDocument,
  request: ShrinkRequest,
  listeners: JobListeners,
): Promise<ShrinkAnswer> {
  const signal = listeners.signal ?? new AbortController().signal;
  const say = (done: number, words: string) => listeners.onProgress?.({ phase: 'search', done, words });
  const made: MadeModel[] = [];
  try {
    say(0, 'running the samples');
    const found = await captured(bed, target, document, request, signal);
    const { uses } = found;
    const files = new Set(uses.map(({ file }) => file));
    if (request.path !== undefined && files.size > 1) throw severalFiles([...files]);
    const options = { ...request.options, bits: request.options.bits ?? safeWeightBits() };
    const make = (maxDrop: number | undefined): Promise<Shrunk> =>
      shrinkAll(target, found, { ...request, options: { ...options, maxDrop } }, made, signal, say);
    let shrunk = await make(options.maxDrop);
    say(0.7, 'answers on every sample');
    let answers = await compareAnswers(bed, target, document, shrunk.after, request.truth ?? {}, signal);
    let tighter = 0;
    // A drop of the model's own outputs is not one of the pipeline's answers: what they lose has the last word.
    while (options.maxDrop !== undefined && lostShare(answers) > options.maxDrop && tighter < mostTighter) {
      tighter++;
      say(0.7, `the pipeline's answers lost more than that: a closer search (${tighter})`);
      const closer = await make(options.maxDrop / 4 ** tighter).catch(nothingHolds);
      if (closer === null) break;
      shrunk = closer;
      answers = await compareAnswers(bed, target, document, shrunk.after, request.truth ?? {}, signal);
    }
    const { models, skipped, changes, after } = shrunk;
    const used = made.filter(({ path: file }) => models.some((model) => model.path === file));
    await removeFresh(
      target,
      made.filter((file) => !used.includes(file)),
    );
    const latency =
      request.trial === null ? null : await latencyOf(bench, target, document, after, request.trial, listeners);
    const report: ShrinkReport = {
      to: request.options.to,
      models,
      bytesBefore: models.reduce((sum, { shrink }) => sum + shrink.bytesBefore, 0),
      bytesAfter: models.reduce((sum, { shrink }) => sum + shrink.bytesAfter, 0),
      answers,
      latency,
      warnings: [
        ...skipped,
        ...warningsOf(options.maxDrop, answers, latency),
        ...truthWarnings(target, request, answers),
      ],
    };
    return { report, made: used, changes };
  } catch (error) {
    await removeFresh(target, made);
    throw signal.aborted ? cancelledProblem(signal.reason) : error;
  }
}

async function removeFresh({ folder }: BenchTarget, made: readonly MadeModel[]): Promise<void> {
  for (const { path: file, fresh } of made) if (fresh) await removeOwn(path.join(folder, file));
}

interface Shrunk {
  readonly models: readonly ShrunkModel[];
  /** Models that have nothing for the method, and why. */
  readonly skipped: readonly string[];
  readonly changes: readonly Change[];
  readonly after: PipelineDocument;
}
const mostTighter = 3;

function nothingHolds(error: unknown): null {
  if (error instanceof Problem && error.data.code === 'model-unsupported') return null;
  throw error;
}

/** Shrinks every model that is used; what was made goes into `made` at once, so that it is known whatever follows. */
async function shrinkAll(
  { folder }: BenchTarget,
  { uses, feeds, document }: Captured,
  { options, path: given }: ShrinkRequest,
  made: MadeModel[],
  signal: AbortSignal,
  say: (done: number, words: string) => void,
): Promise<Shrunk> {
  const files = [...new Set(uses.map(({ file }) => file))];
  const models: ShrunkModel[] = [];
  const skipped: string[] = [];
  for (const [at, from] of files.entries()) {
    const own = uses.filter(({ file }) => file === from);
    const nodes = own.map(({ node }) => node);
    const bestOf = [...new Set(own.flatMap((use) => use.bestOf))];
    const to = given ?? madePath(from, options);
    const calibration = nodes.flatMap((node) => feeds.get(node)?.runs() ?? []);
    const shrunk = await shrinkModel(folder, from, to, { ...options, bestOf }, calibration, {
      signal,
      onProgress: (done, words) => say(0.1 + (0.6 * (at + done)) / files.length, `${from}: ${words}`),
    }).catch((error: unknown) => {
      // One of several that has nothing for this method does not keep the others from it.
      const nothing = error instanceof Problem && error.data.code === 'model-unsupported';
      if (!nothing || (at === files.length - 1 && models.length === 0)) throw error;
      skipped.push(`"${from}" stays as it is. ${error.data.message}`);
      return null;
    });
    if (shrunk === null) continue;
    const { sha256, shrink, fresh } = shrunk;
    const before = made.findIndex(({ path: known }) => known === to);
    // Made again in a closer search: it is as fresh as it was.
    if (before < 0) made.push({ path: to, from, sha256, fresh });
    else made[before] = { ...made[before], sha256 };
    models.push({ nodes, from, path: to, sha256, shrink });
  }
  const changes = changesFor(document, uses, models);
  return { models, skipped, changes, after: applyChanges(document, changes) };
}

/** What answers lost: of how right they were, where that is known; else the samples whose best answer changed. */
function lostShare({ bestSame, quality }: ShrinkAnswers): number {
  if (quality !== null) return quality.before - quality.after;
  return bestSame === null ? 0 : 1 - bestSame.same / bestSame.of;
}

function warningsOf(
  maxDrop: number | undefined,
  answers: ShrinkAnswers,
  latency: ShrinkReport['latency'],
): readonly string[] {
  const warnings: string[] = [];
  const lost = lostShare(answers);
  if (maxDrop !== undefined && lost > maxDrop)
    warnings.push(
      `${answers.quality === null ? `${Math.round(100 * lost)} % of the samples have another best answer than before` : `${answers.quality.what} is ${(100 * lost).toFixed(1)} points less`}, more than the ${Number((100 * maxDrop).toPrecision(3))} % that were allowed: no mix was found that holds them all.`,
    );
  if (latency?.verdict === 'slower')
    warnings.push('On this machine the pipeline is slower with it. It may be faster on another processor or device.');
  return warnings;
}

/** What is known of other samples than were run helps nobody, and is no reason for silence. */
function truthWarnings(
  target: BenchTarget,
  { truth = {} }: ShrinkRequest,
  { quality }: ShrinkAnswers,
): readonly string[] {
  const known = Object.keys(truth);
  if (quality !== null || known.length === 0) return [];
  const names = samplesOf(target).map(({ name }) => name);
  return [
    `What is true is told of ${listed(known)}, but the samples are ${listed(names)}: how right the answers are cannot be told.`,
  ];
}

function listed(names: readonly string[]): string {
  const some = names.slice(0, 3).map((name) => `"${name}"`);
  return `${some.join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}

/** Where a model made from another goes unless said otherwise: beside it. */
export function madePath(from: string, { to }: Pick<ShrinkOptions, 'to'>): string {
  return from.replace(/(\.onnx)?$/i, `.${to}.onnx`);
}

interface Captured {
  readonly document: PipelineDocument;
  readonly uses: readonly ModelUse[];
  readonly feeds: ReadonlyMap<string, Thinned>;
}

async function captured(
  bed: Bed,
  target: BenchTarget,
  document: PipelineDocument,
  { nodes }: ShrinkRequest,
  signal: AbortSignal,
): Promise<Captured> {
  const prepared = await bed.prepare(target, document);
  const all = modelUses(prepared.plan);
  const uses = nodes.length === 0 ? all : nodes.map((id) => all.find(({ node }) => node === id) ?? noModel(id, all));
  if (uses.length === 0) noModel('', all);
  const feeds = new Map(uses.map(({ node }) => [node, new Thinned()]));
  const runner = new Runner(prepared, samplesOf(target), signal);
  let sample = '';
  const plan = watchFeeds(prepared.plan, feeds, () => sample);
  let failed: unknown = null;
  let worked = 0;
  for (const [at, { name }] of runner.samples.entries()) {
    sample = name;
    try {
      await runner.run(at, { plan });
      worked++;
    } catch (error) {
      if (signal.aborted) throw error;
      failed ??= error;
    }
  }
  // One that cannot be run says nothing of the others.
  if (worked === 0 && failed !== null) throw failed;
  return { uses, feeds, document };
}

function modelUses(plan: Plan): readonly ModelUse[] {
  const all = plan.stages.flatMap((stage) => stage.nodes);
  const becomesScores = (end: string): boolean =>
    all.some(
      ({ sources, outputs }) =>
        Object.values(sources).includes(end) && Object.values(outputs).some(({ kinds }) => kinds.includes('scores')),
    );
  return plan.stages.flatMap((stage) =>
    stage.nodes.flatMap(({ id, definition, files }) =>
      Object.entries(definition.params).flatMap(([param, spec]): readonly ModelUse[] => {
        const file = files[param];
        if (spec.form !== 'file' || spec.role !== 'onnx' || file?.model === undefined) return [];
        const bestOf = namedPorts(file.model.outputs).flatMap(([port, { name }]) =>
          becomesScores(`${id}.${port}`) ? [name] : [],
        );
        return [{ node: id, param, file: file.path, bestOf }];
      }),
    ),
  );
}

function changesFor(
  document: PipelineDocument,
  uses: readonly ModelUse[],
  made: readonly ShrunkModel[],
): readonly Change[] {
  const changes: Change[] = [];
  let now = document;
  for (const { node, param, file } of uses) {
    const to = made.find(({ from }) => from === file);
    const set = to === undefined ? [] : paramSet(now, node, param, to.path);
    changes.push(...set);
    now = applyChanges(now, set);
  }
  return changes;
}

async function latencyOf(
  bench: BenchHere,
  target: BenchTarget,
  before: PipelineDocument,
  after: PipelineDocument,
  settings: TrialSettings,
  listeners: JobListeners,
): Promise<ShrinkReport['latency']> {
  const outcomes = await bench.trial(
    target,
    [
      { name: 'as it was', document: before },
      { name: 'shrunk', document: after },
    ],
    settings,
    listeners,
  );
  const [first, second] = outcomes.map(({ wallMs }) => wallMs);
  const { p50 } = compareRounds(first, second);
  return { before: p50.before, after: p50.after, ratio: p50.ratio, low: p50.low, high: p50.high, verdict: p50.verdict };
}

function noModel(id: string, all: readonly ModelUse[]): never {
  const names = all.map(({ node }) => node).join(', ');
  throw new Problem('usage', {
    message: id === '' ? 'This pipeline runs no model.' : `"${id}" is no node with a model that runs here.`,
    fix: names === '' ? 'Put a model node on the canvas.' : `Nodes with models: ${names}.`,
    where: id === '' ? {} : { node: id },
  });
}

function severalFiles(files: readonly string[]): Problem {
  return new Problem('usage', {
    message: `One path was given for ${files.length} models (${files.join(', ')}).`,
    fix: 'Choose one node, or leave the path out.',
  });
}
