import { typeOf, typeText } from '../core/kinds/type.ts';
import type { BoxesValue, Item, Json, ScoresValue, TensorValue, Value } from '../core/kinds/value.ts';
import type { PublishedOutput, RunResult } from '../core/run/result.ts';
import type { Style } from './outputStyle.ts';
import { problemLines } from './report.ts';
import { bar, padRight, printable, printableLine, sign, styled, type Terminal, tableLines } from './terminal.ts';

const shownItems = 20;

/** A result as people read it: labels with bars, boxes as a table, text, numbers; then what ran where, and warnings. */
export function resultText(result: RunResult, styleOf: (output: string) => Style, terminal: Terminal): string {
  const lines: string[] = [];
  for (const [name, output] of Object.entries(result.outputs)) {
    lines.push(...outputLines(name, output, styleOf(name), terminal), '');
  }
  lines.push(...noteLines(result, terminal));
  for (const warning of result.warnings) lines.push(...problemLines({ ...warning, severity: 'warning' }, terminal));
  return lines.join('\n');
}

function outputLines(name: string, output: PublishedOutput, style: Style, terminal: Terminal): string[] {
  const title = styled(terminal, 'bold', printableLine(name));
  if (output.status === 'missing') {
    return [
      `${title}  ${styled(terminal, 'yellow', 'missing')}`,
      ...problemLines({ ...output.problem, severity: 'warning' }, terminal),
    ];
  }
  if (output.items.length === 0) return [title, '  nothing (an empty sequence)'];
  if (output.sequence === 'one' && output.items.length === 1)
    return [title, ...indent(valueLines(output.items[0].value, style, terminal))];
  const lines = [`${title}  ${styled(terminal, 'dim', `${output.items.length} items`)}`];
  for (const item of output.items.slice(0, shownItems)) lines.push(...itemLines(item, style, terminal));
  if (output.items.length > shownItems)
    lines.push(`  ... and ${output.items.length - shownItems} more (--json or --output shows all)`);
  return lines;
}

function itemLines(item: Item, style: Style, terminal: Terminal): string[] {
  const end = item.durationSeconds === undefined ? '' : `–${(item.t + item.durationSeconds).toFixed(2)}`;
  const time = styled(terminal, 'cyan', `${item.t.toFixed(2)}${terminal.unicode ? end : end.replace('–', '-')} s`);
  const [first, ...rest] = valueLines(item.value, style, terminal);
  return rest.length === 0 ? [`  ${time}  ${first}`] : [`  ${time}`, ...indent(indent([first, ...rest]))];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** One value in a few lines. */
export function valueLines(value: Value, style: Style, terminal: Terminal): string[] {
  switch (value.kind) {
    case 'scores':
      return scoreLines(value, style.show, terminal);
    case 'boxes':
      return boxLines(value, style.show);
    case 'text':
      return value.text === '' ? ['(empty text)'] : printable(value.text).split('\n');
    case 'json':
      return jsonLines(value.json, style.indent ?? 2);
    case 'tensor':
      return [`${typeText(typeOf(value))}  ${tensorSummary(value, style.show)}`];
    case 'embedding': {
      const head = Array.from(value.data.subarray(0, style.show), (x) => numberText(x)).join(', ');
      return [
        `${typeText(typeOf(value))}  [${head}${value.data.length > style.show ? ', ...' : ''}]  length ${numberText(norm(value.data))}`,
      ];
    }
    case 'mask':
      return [`${typeText(typeOf(value))}`, ...maskLines(value.data, value.labels)];
    case 'audio': {
      const seconds = (value.channels[0]?.length ?? 0) / value.sampleRateHz;
      return [`${typeText(typeOf(value))}, ${seconds.toFixed(2)} s  ${statistics(value.channels[0] ?? [])}`];
    }
    case 'video':
      return [`${typeText(typeOf(value))}, ${value.durationSeconds.toFixed(2)} s`];
    case 'image':
      return [typeText(typeOf(value))];
  }
}

function scoreLines(value: ScoresValue, show: number, terminal: Terminal): string[] {
  const order = Array.from(value.data.keys()).sort((a, b) => value.data[b] - value.data[a] || a - b);
  const shares = value.form === 'probabilities' || value.form === 'independent';
  const rows = order.slice(0, show).map((i) => {
    const label = printableLine(value.labels?.[i] ?? `class ${i}`, 40);
    const score = shares ? value.data[i].toFixed(3) : numberText(value.data[i]);
    return shares ? [label, bar(terminal, value.data[i], 24), score] : [label, score];
  });
  const more = order.length - rows.length;
  return [...tableLines(rows), ...(more > 0 ? [styled(terminal, 'dim', `and ${more} more`)] : [])];
}

function boxLines(value: BoxesValue, show: number): string[] {
  const count = value.scores.length;
  const head = `${count === 0 ? 'nothing found' : count === 1 ? '1 box' : `${count} boxes`} in ${value.imageWidth}x${value.imageHeight}`;
  if (count === 0) return [head];
  const rows = Array.from({ length: Math.min(count, show) }, (_, i) => [
    printableLine(value.labels?.[value.classes[i]] ?? `class ${value.classes[i]}`, 40),
    value.scores[i].toFixed(3),
    ...Array.from(value.coordinates.subarray(4 * i, 4 * i + 4), (x) => x.toFixed(1)),
  ]);
  const table = tableLines([['label', 'score', 'x1', 'y1', 'x2', 'y2'], ...rows], new Set([1, 2, 3, 4, 5]));
  return [head, ...table, ...(count > show ? [`and ${count - show} more`] : [])];
}

function jsonLines(json: Json, indent: number): string[] {
  const short = JSON.stringify(json);
  const lines = printable(short.length <= 100 ? short : JSON.stringify(json, null, indent)).split('\n');
  return lines.length > 60 ? [...lines.slice(0, 60), `... and ${lines.length - 60} more lines`] : lines;
}

function maskLines(data: Uint8Array, labels: readonly string[] | null): string[] {
  const counts = new Uint32Array(256);
  for (const x of data) counts[x]++;
  const present = Array.from(counts.keys()).filter((i) => counts[i] > 0);
  return tableLines(
    present
      .sort((a, b) => counts[b] - counts[a])
      .slice(0, 10)
      .map((i) => [printableLine(labels?.[i] ?? `class ${i}`, 40), `${((100 * counts[i]) / data.length).toFixed(1)}%`]),
  );
}

function tensorSummary(value: TensorValue, show: number): string {
  if (value.dtype === 'string')
    return value.data
      .slice(0, 5)
      .map((s) => JSON.stringify(printableLine(s, 60)))
      .join(', ');
  if (value.data.length <= show)
    return `[${Array.from(value.data as ArrayLike<number | bigint>, (x) => numberText(Number(x))).join(', ')}]`;
  if (value.dtype === 'float16') return `${value.data.length} half-precision numbers`;
  return statistics(value.data);
}

function statistics(data: ArrayLike<number | bigint>): string {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let odd = 0;
  for (let i = 0; i < data.length; i++) {
    const x = Number(data[i]);
    if (!Number.isFinite(x)) {
      odd++;
      continue;
    }
    if (x < least) least = x;
    if (x > most) most = x;
    sum += x;
  }
  const finite = data.length - odd;
  if (finite === 0) return odd === 0 ? 'no elements' : `${odd} NaN or infinite`;
  const line = `min ${numberText(least)}, mean ${numberText(sum / finite)}, max ${numberText(most)}`;
  return odd === 0 ? line : `${line}, ${odd} NaN or infinite`;
}

function noteText(value: Json): string {
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function norm(data: Float32Array): number {
  let sum = 0;
  for (const x of data) sum += x * x;
  return Math.sqrt(sum);
}

function numberText(x: number): string {
  return Number.isInteger(x) ? String(x) : String(Number(x.toPrecision(4)));
}

/** Facts that nodes noted: the device of each model first, then what else is worth reading. */
function noteLines(result: RunResult, terminal: Terminal): string[] {
  const rows: string[][] = [];
  for (const [node, report] of Object.entries(result.nodes)) {
    const { device, ...others } = report.notes;
    const state = report.state === 'cached' ? ' (cached)' : '';
    const rest = Object.entries(others).map(([name, value]) => `${name} ${noteText(value)}`);
    const device_ =
      device === undefined ? [] : [`on ${typeof device === 'string' ? device : JSON.stringify(device)}${state}`];
    const facts = [...device_, ...rest].join(', ');
    if (facts !== '') rows.push([printableLine(node, 40), printableLine(facts, 160)]);
    if (report.state === 'missing') rows.push([printableLine(node, 40), 'did not run: its modality is missing']);
  }
  const wall = styled(
    terminal,
    'dim',
    `${Math.round(result.wallMs)} ms ${sign(terminal, 'dot')} ${Object.keys(result.nodes).length} nodes`,
  );
  return [...tableLines(rows.map(([node, facts]) => [padRight(node, 8), styled(terminal, 'dim', facts)])), wall];
}
