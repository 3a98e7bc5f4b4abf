import type { CompiledForm } from '../define/compiledForm.ts';
import type { PipelineDocument } from '../graph/document.ts';
import type { Bench, BenchListeners, BenchTarget, TrialOutcome } from './bench.ts';
import { compareRounds } from './compare.ts';
import { compareInTurns, inTurnsSettings } from './compareInTurns.ts';
import { verdictSentence } from './comparisonSentence.ts';
import type { FusedComparison, FusedGroup } from './fusedComparison.ts';
import type { Profile } from './profile.ts';
import { percentile } from './stats.ts';

export interface CompareFusedAsk {
  readonly bench: Bench;
  readonly target: BenchTarget;
  /** Node by node: a profile of it, or the document under a name. */
  readonly plain: Pick<Profile, 'id' | 'label' | 'createdAt' | 'document'>;
  readonly fused: PipelineDocument;
  readonly form: CompiledForm;
  readonly budgetMs?: number;
  /** ISO 8601: now. */
  readonly createdAt: string;
  readonly listeners?: BenchListeners;
}

/** Of the budget, for runs that nothing looks into: their times are the verdict's. */
const untracedShare = 0.6;

/**
 * Runs a pipeline node by node and compiled, in turns: first without looking, for times and answers, then with a trace of
 * each run, for where the time goes. Throws the problem of the form that could not be run.
 */
export async function compareFused(ask: CompareFusedAsk): Promise<FusedComparison> {
  const { bench, target, plain, fused, form, listeners } = ask;
  const budgetMs = ask.budgetMs ?? inTurnsSettings.budgetMs;
  const variants = [
    { name: 'node by node', document: plain.document },
    { name: 'compiled', document: fused },
  ];
  const trial = (nodes: boolean, from: number, share: number) =>
    bench.trial(
      target,
      variants,
      { ...inTurnsSettings, nodes, budgetMs: budgetMs * share },
      scaled(listeners, from, share),
    );
  const after = { id: 'compiled', label: 'compiled', createdAt: ask.createdAt, document: fused };
  const untraced = await trial(false, 0, untracedShare);
  const { wall, p95, document } = compareInTurns(plain, after, untraced);
  const traced = await trial(true, untracedShare, 1 - untracedShare);
  const comparison = { ...compareInTurns(plain, after, traced), wall, p95, document };
  const groups = groupsOf(form, plain.document, traced);
  const answers = untraced[1].answers;
  return { form, comparison, answers, groups, words: fusedWords({ form, comparison, groups }) };
}

function scaled(listeners: BenchListeners | undefined, from: number, share: number): BenchListeners {
  const { signal, onProgress } = listeners ?? {};
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined
      ? {}
      : { onProgress: ({ phase, done, words }) => onProgress({ phase, done: from + share * done, words }) }),
  };
}

/** The work of each part, and of what stays outside, in both forms. */
function groupsOf(
  form: CompiledForm,
  document: PipelineDocument,
  [plain, fused]: readonly TrialOutcome[],
): readonly FusedGroup[] {
  const inside = new Set(form.parts.flatMap(({ nodes }) => nodes));
  const parts = new Set(form.parts.map(({ id }) => id));
  const outside = document.nodes
    .map(({ id }) => id)
    .filter((id) => !inside.has(id) && plain.nodeMs?.[id] !== undefined);
  const stillOutside = Object.keys(fused.nodeMs ?? {}).filter((id) => !parts.has(id));
  const group = (part: number | null, nodes: readonly string[], now: readonly string[]): FusedGroup => {
    const path = { plain: summed(plain.pathMs, nodes), fused: summed(fused.pathMs, now) };
    const percentOf = (ms: readonly number[]): number =>
      100 * median(ms.map((one, round) => one / Math.max(plain.wallMs[round], 1e-9)));
    return {
      part,
      nodes,
      work: compareRounds(summed(plain.nodeMs, nodes), summed(fused.nodeMs, now)).p50,
      pathMs: { plain: median(path.plain), fused: median(path.fused) },
      pathPercent: percentOf(path.plain),
      nodePercent: Object.fromEntries(nodes.map((node) => [node, percentOf(summed(plain.pathMs, [node]))])),
    };
  };
  return [
    ...form.parts.map(({ id, nodes }, at) => group(at, nodes, [id])),
    ...(outside.length === 0 ? [] : [group(null, outside, stillOutside)]),
  ];
}

/** Round by round, over some nodes. */
function summed(times: TrialOutcome['nodeMs'] = {}, nodes: readonly string[]): readonly number[] {
  const rows = nodes.flatMap((node) => (times[node] === undefined ? [] : [times[node]]));
  const rounds = Math.min(...rows.map((row) => row.length));
  if (rows.length === 0) return [];
  return Array.from({ length: rounds }, (_, round) => rows.reduce((sum, row) => sum + row[round], 0));
}

function median(values: readonly number[]): number {
  return values.length === 0 ? 0 : percentile(Float64Array.from(values).sort(), 0.5);
}

/** So much faster is what compiling aims at; below it, the words say what stands in the way. */
const aim = 1.2;

/** What came of it in plain sentences; the reasons only where it is not as fast as one would hope. */
export function fusedWords({
  form,
  comparison: { wall },
  groups,
}: Pick<FusedComparison, 'form' | 'comparison' | 'groups'>): readonly string[] {
  const words = [`Compiled: ${sentenceCase(verdictSentence(wall))}.`];
  if (wall.ratio <= 1 / aim && wall.verdict === 'faster') return words;
  const outside = groups.find(({ part }) => part === null);
  const parts = groups.filter(({ part }) => part !== null);
  if (outside !== undefined && outside.pathPercent >= 1) {
    const left = Math.max(0, 100 - outside.pathPercent);
    const bound =
      left >= 99
        ? ''
        : `; if the rest took no time at all, it would be ${(100 / outside.pathPercent).toFixed(2)}x as fast`;
    words.push(
      `${percent(outside.pathPercent)} of the time is what stays outside: ${reasonsOf(form, outside)}${bound}.`,
    );
  }
  for (const { part, work, pathPercent } of parts) {
    if (part === null || pathPercent < 1) continue;
    const name = parts.length === 1 ? 'What is compiled' : `Part ${part + 1}`;
    words.push(
      `${name} is ${percent(pathPercent)} of the time, and takes ${work.ratio.toFixed(2)}x what its nodes take: ${work.after.toPrecision(3)} ms of ${work.before.toPrecision(3)} ms.`,
    );
  }
  return words;
}

/** Of the wall time; a node with less is not worth a reason. */
const worthTelling = 5;

/** Nodes outside that take time, with why, those of one reason together. */
function reasonsOf(form: CompiledForm, { nodePercent }: FusedGroup): string {
  const most = Math.max(...Object.values(nodePercent));
  const why = new Map<string, string[]>();
  for (const one of form.outside)
    if ((nodePercent[one.node] ?? 0) >= Math.min(worthTelling, most))
      why.set(one.why, [...(why.get(one.why) ?? []), `"${one.node}"`]);
  return [...why].map(([reason, names]) => `${names.join(', ')} (${reason})`).join('; ');
}

function percent(value: number): string {
  return `${value.toFixed(0)} %`;
}

/** Sentences begin small behind a colon. */
function sentenceCase(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
