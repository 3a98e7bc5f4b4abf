import type { OutputError } from '../core/onnx/shrink/error.ts';
import type { ModelShrink, ShrinkLatency, ShrinkReport, ShrunkModel } from '../core/onnx/shrink/report.ts';
import { tooFewRuns } from '../core/profile/comparisonSentence.ts';
import { bytesText, ms } from './profileText.ts';
import { printableLine, sign, styled, type Terminal, tableLines } from './terminal.ts';

const mostLeft = 8;
const mostLayers = 15;

/** What shrinking came to, as people read it: size, speed and answers first, then layer by layer. */
export function shrinkText(report: ShrinkReport, terminal: Terminal): string {
  const lines = [
    styled(terminal, 'bold', `Shrunk to ${report.to}`),
    `size     ${sizeText(report.bytesBefore, report.bytesAfter, terminal)}`,
    ...(report.latency === null ? [] : [`latency  ${latencyText(report.latency, terminal)}`]),
    `answers  ${printableLine(report.answers.words, 300)} (${report.answers.samples} ${report.answers.samples === 1 ? 'sample' : 'samples'})`,
  ];
  const { worst } = report.answers;
  if (worst !== null && report.answers.samples > 1)
    lines.push(
      `worst    ${printableLine(worst.sample, 60)}: ${printableLine(worst.words, 300)}`,
      ...worst.answers.map(
        ({ output, before, after }) =>
          `         ${printableLine(output, 40)}: ${printableLine(before, 130)} ${sign(terminal, 'arrow')} ${printableLine(after, 130)}`,
      ),
    );
  const { quality } = report.answers;
  if (quality !== null)
    lines.push(
      `quality  ${quality.what} ${pointsText(quality.before)} ${sign(terminal, 'arrow')} ${pointsText(quality.after)} (${quality.samples} samples with known truth)`,
    );
  for (const model of report.models) lines.push('', ...modelLines(model, terminal));
  const warnings = [...report.warnings, ...new Set(report.models.flatMap(({ shrink }) => shrink.warnings))];
  if (warnings.length > 0) lines.push('');
  for (const warning of warnings)
    lines.push(`${styled(terminal, 'yellow', sign(terminal, 'warning'))} ${printableLine(warning, 600)}`);
  return lines.join('\n');
}

function modelLines({ nodes, from, path, shrink }: ShrunkModel, terminal: Terminal): readonly string[] {
  const { done, left, error, sensitivity, zippedBefore, zippedAfter, search } = shrink;
  return [
    `${styled(terminal, 'bold', nodes.map((node) => printableLine(node, 40)).join(', '))}  ${printableLine(from)} ${sign(terminal, 'arrow')} ${printableLine(path)}`,
    `  ${printableLine(shrink.how, 300)}`,
    `  ${sizeText(shrink.bytesBefore, shrink.bytesAfter, terminal)}`,
    ...(zippedBefore === null || zippedAfter === null
      ? []
      : [`  packed: ${sizeText(zippedBefore, zippedAfter, terminal)}`]),
    ...(error === null ? [] : [`  the model's own outputs: ${errorText(error, shrink)}`]),
    ...(search === null
      ? []
      : [
          `  the mix found within a drop of ${percentText(search.maxDrop)}: ${done.length} ${done.length === 1 ? 'layer' : 'layers'}, drop ${percentText(search.drop)} (all layers: ${percentText(search.dropOfAll)}); ${search.tried} ${search.tried === 1 ? 'mix was' : 'mixes were'} run`,
        ]),
    ...leftLines(left),
    ...(sensitivity.length === 0 ? [] : sensitivityLines(shrink, terminal)),
  ];
}

function leftLines(left: ModelShrink['left']): readonly string[] {
  if (left.length === 0) return [];
  const byReason = new Map<string, string[]>();
  for (const { node, why } of left) byReason.set(why, [...(byReason.get(why) ?? []), node]);
  const rows = [...byReason].slice(0, mostLeft).map(([why, nodes]) => {
    const more = nodes.length > 2 ? ` and ${nodes.length - 2} more` : '';
    return `    ${nodes
      .slice(0, 2)
      .map((node) => printableLine(node, 60))
      .join(', ')}${more}: ${printableLine(why)}`;
  });
  return ['  left as they were:', ...rows, ...(byReason.size > mostLeft ? ['    ... (--json shows all)'] : [])];
}

function sensitivityLines({ sensitivity }: ModelShrink, terminal: Terminal): readonly string[] {
  const rows = [['layer alone', 'operator', 'error', 'cosine', 'takes', 'saves', 'saves in file']];
  const sorted = [...sensitivity].sort((a, b) => b.relative - a.relative);
  for (const one of sorted.slice(0, mostLayers))
    rows.push([
      `    ${printableLine(one.layer, 48)}`,
      one.operator,
      shareText(one.relative),
      one.cosine.toFixed(5),
      one.ms === null ? '' : ms(one.ms),
      one.savedMs === null ? '' : ms(one.savedMs),
      bytesText(one.savedBytes),
    ]);
  const [title, ...lines] = tableLines(rows, new Set([2, 3, 4, 5, 6]));
  const more = sorted.length > mostLayers ? [`    ... and ${sorted.length - mostLayers} more (--json shows all)`] : [];
  return [styled(terminal, 'dim', `    ${title}`), ...lines, ...more];
}

function errorText({ relative, cosine, top1, maxDifference }: OutputError, { worstSample }: ModelShrink): string {
  const parts = [
    ...(top1 === null ? [] : [`best place same in ${top1.same} of ${top1.of}`]),
    `error ${shareText(relative)}`,
    `largest difference ${Number(maxDifference.toPrecision(2))}`,
    `cosine at least ${cosine.toFixed(5)}`,
    ...(worstSample === null ? [] : [`worst on ${printableLine(worstSample, 40)}`]),
  ];
  return parts.join(', ');
}

function sizeText(before: number, after: number, terminal: Terminal): string {
  return `${bytesText(before)} ${sign(terminal, 'arrow')} ${bytesText(after)} (${percentText(after / before)})`;
}

const verdicts: Readonly<Record<ShrinkLatency['verdict'], string>> = {
  faster: 'faster',
  slower: 'SLOWER',
  same: 'no difference',
  unsure: 'cannot say',
};

function latencyText({ before, after, ratio, low, high, verdict }: ShrinkLatency, terminal: Terminal): string {
  const interval = tooFewRuns({ low, high })
    ? '(too few runs for an interval)'
    : `(95 %: ${speedText(high)} to ${speedText(low)})`;
  return `${ms(before)} ${sign(terminal, 'arrow')} ${ms(after)}, ${speedText(ratio)} ${interval}: ${verdicts[verdict]}`;
}

/** `1.52x` as fast, of a ratio of times. */
function speedText(ratio: number): string {
  return `${(1 / ratio).toFixed(2)}x`;
}

/** One decimal, for what is compared. */
function pointsText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function percentText(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

function shareText(share: number): string {
  if (!Number.isFinite(share)) return 'no number';
  return share !== 0 && share < 1e-3
    ? `${(100 * share).toExponential(1)} %`
    : `${Number((100 * share).toPrecision(2))} %`;
}
