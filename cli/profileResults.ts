import type { Advice } from '../core/profile/advice.ts';
import type { Comparison, Difference, Verdict } from '../core/profile/comparison.ts';
import { tooFewRuns } from '../core/profile/comparisonSentence.ts';
import type { CostResult } from '../core/profile/cost.ts';
import type { LoadResult } from '../core/profile/load.ts';
import type { KnobSetting, SearchResult } from '../core/profile/search.ts';
import { bytesText, ms } from './profileText.ts';
import { printableLine, sign, styled, type Terminal, tableLines } from './terminal.ts';

const verdictWords: Readonly<Record<Verdict, string>> = {
  faster: 'faster',
  slower: 'SLOWER',
  same: 'no difference',
  unsure: 'cannot say',
};

/** Two profiles side by side: what they ran on first, since everything below stands on it. */
export function comparisonText(comparison: Comparison, terminal: Terminal): string {
  const { environment, document, wall, p95, nodes } = comparison;
  const rows: string[][] = [['', 'before', 'after', 'change', '95 % interval', 'verdict']];
  rows.push(differenceRow('end to end, median', wall), differenceRow('end to end, p95', p95));
  for (const node of nodes)
    rows.push(
      node.only === null
        ? differenceRow(printableLine(node.node, 40), node)
        : [
            printableLine(node.node, 40),
            node.only === 'before' ? ms(node.before) : '',
            node.only === 'after' ? ms(node.after) : '',
            '',
            '',
            `only ${node.only}`,
          ],
    );
  const [title, ...lines] = tableLines(rows, new Set([1, 2, 3, 4]));
  return [
    `${nameOf(comparison.before)} ${sign(terminal, 'arrow')} ${nameOf(comparison.after)}${comparison.interleaved ? ', measured in turns' : ''}`,
    ...environment.map(
      (one) =>
        `${one.matters ? styled(terminal, 'yellow', sign(terminal, 'warning')) : ' '} ${one.what}: ${printableLine(one.before)} ${sign(terminal, 'arrow')} ${printableLine(one.after)}`,
    ),
    ...document.map((line) => `  ${printableLine(line)}`),
    '',
    styled(terminal, 'dim', title),
    ...lines,
  ].join('\n');
}

/** Some quantities before and after, one on a line. */
export function differenceTable(
  rows: readonly (readonly [name: string, one: Difference])[],
  terminal: Terminal,
): readonly string[] {
  const head = ['', 'before', 'after', 'change', '95 % interval', 'verdict'];
  const [title, ...lines] = tableLines(
    [head, ...rows.map(([name, one]) => differenceRow(printableLine(name, 40), one))],
    new Set([1, 2, 3, 4]),
  );
  return [styled(terminal, 'dim', title), ...lines];
}

function nameOf(side: Comparison['before']): string {
  return printableLine(side.label === '' ? `${side.id} of ${side.createdAt}` : side.label);
}

function differenceRow(name: string, one: Difference): string[] {
  return [
    name,
    ms(one.before),
    ms(one.after),
    percent(one.ratio),
    tooFewRuns(one) ? 'too few runs' : `${percent(one.low)} to ${percent(one.high)}`,
    verdictWords[one.verdict],
  ];
}

/** `+5.2 %` of a ratio of 1.052. */
function percent(ratio: number): string {
  const value = (ratio - 1) * 100;
  return `${value > 0 ? '+' : ''}${value.toFixed(1)} %`;
}

export function loadText(load: LoadResult, terminal: Terminal): string {
  const { settings } = load;
  const unit = settings.arrivals === 'closed' ? 'clients' : 'asked/s';
  const rows = [['batch', unit, 'done/s', 'p50', 'p95', 'p99', 'waits', '']];
  for (const curve of load.curves)
    curve.points.forEach((point, at) => {
      const notes = [
        at === curve.knee ? 'knee' : '',
        point.saturated ? 'cannot keep up' : '',
        point.failed > 0 ? `${point.failed} failed` : '',
      ].filter((note) => note !== '');
      rows.push([
        curve.batch === 0 ? '' : String(curve.batch),
        Number(point.level.toPrecision(3)).toString(),
        point.throughput.toFixed(1),
        ms(point.latency.p50),
        ms(point.latency.p95),
        ms(point.latency.p99),
        ms(point.wait.mean),
        notes.join(', '),
      ]);
    });
  const [title, ...lines] = tableLines(rows, new Set([0, 1, 2, 3, 4, 5, 6]));
  return [
    styled(
      terminal,
      'bold',
      `Load, ${settings.arrivals === 'closed' ? 'closed loop' : `${settings.arrivals} arrivals`}`,
    ),
    styled(terminal, 'dim', title),
    ...lines,
    styled(terminal, 'dim', 'latency counts from the moment a request was due'),
  ].join('\n');
}

const adviceSigns = { helps: 'tick', trades: 'warning', none: 'dot', failed: 'cross', untried: 'dot' } as const;
const adviceStyles = { helps: 'green', trades: 'yellow', none: 'dim', failed: 'red', untried: 'dim' } as const;

/** Advice, best first, each with its number for `--apply`. */
export function adviceText(advice: readonly Advice[], terminal: Terminal): string {
  if (advice.length === 0) return 'Nothing was found that might make it faster.';
  const lines = [styled(terminal, 'bold', 'Advice, each tried here in turns with the pipeline as it is')];
  advice.forEach((one, at) => {
    const mark = styled(terminal, adviceStyles[one.verdict], sign(terminal, adviceSigns[one.verdict]));
    lines.push(
      '',
      `${mark} ${at + 1}. ${styled(terminal, 'bold', printableLine(one.title))}`,
      `  ${printableLine(one.why, 400)}`,
    );
    if (one.problem !== null) lines.push(`  it could not be tried: ${printableLine(one.problem.message, 300)}`);
    if (one.tried === null) return;
    const { p50, p95, throughput, answers, runs } = one.tried;
    const parts = [
      `p50 ${percent(p50.ratio)} (${verdictWords[p50.verdict]})`,
      `p95 ${percent(p95.ratio)} (${verdictWords[p95.verdict]})`,
      ...(throughput === null
        ? []
        : [
            `throughput ${percent(throughput.ratio)} (${throughput.verdict === 'same' ? 'no difference' : throughput.verdict})`,
          ]),
    ];
    lines.push(`  ${parts.join(', ')}; ${printableLine(answers.words)}; ${runs} runs`);
  });
  return lines.join('\n');
}

export function searchText(search: SearchResult, terminal: Terminal): string {
  const { limit } = search.settings;
  const winner = search.points.find((point) => point.id === search.winner);
  const front = new Set(search.front);
  const rows = [['', 'p50', 'p95', 'p99', 'runs/s', 'clients', 'memory', 'settings']];
  const shown = search.points
    .filter((point) => front.has(point.id) || point.id === search.winner || point.settings.length === 0)
    .sort((a, b) => a[limit.metric] - b[limit.metric]);
  for (const point of shown)
    rows.push([
      point.id === search.winner ? sign(terminal, 'tick') : '',
      ms(point.p50),
      ms(point.p95),
      ms(point.p99),
      point.throughput.toFixed(1),
      String(point.concurrency),
      point.memoryBytes === 0 ? '' : bytesText(point.memoryBytes),
      point.settings.length === 0 ? 'as it is' : settingsText(point.settings),
    ]);
  const [title, ...lines] = tableLines(rows, new Set([1, 2, 3, 4, 5, 6]));
  const found =
    winner === undefined
      ? `Nothing of what was tried holds ${limit.metric} under ${ms(limit.underMs)}.`
      : `Holds ${limit.metric} under ${ms(limit.underMs)} with ${winner.throughput.toFixed(1)} runs/s: ${winner.settings.length === 0 ? 'the pipeline as it is' : settingsText(winner.settings)}.`;
  return [
    styled(terminal, 'bold', `Search: ${limit.metric} under ${ms(limit.underMs)}, best ${limit.goal}`),
    `${search.points.length} settings measured of ${search.space}, ${search.pruned} left out${search.stoppedBy === 'done' ? '' : `; ended early (${search.stoppedBy})`}`,
    styled(terminal, 'dim', title),
    ...lines,
    found,
  ].join('\n');
}

function settingsText(settings: readonly KnobSetting[]): string {
  return settings.map((one) => `${one.node}.${one.param}=${String(one.value)}`).join(' ');
}

export function costText(cost: CostResult, currency: string, terminal: Terminal): string {
  const money = (value: number) =>
    `${value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2)} ${currency}`;
  const rows = [['machine', 'kind', 'runs/s', 'replicas', 'a month', 'a million', 'at the start']];
  for (const row of cost.rows)
    rows.push([
      printableLine(row.machine, 40),
      row.kind,
      row.throughput.toFixed(1),
      `${row.replicasMean.toFixed(1)} to ${row.replicasAtPeak}`,
      money(row.perMonth),
      money(row.perMillion),
      row.upfront === 0 ? '' : money(row.upfront),
    ]);
  const [title, ...lines] = tableLines(rows, new Set([2, 3, 4, 5, 6]));
  return [
    styled(terminal, 'bold', 'What it would cost'),
    styled(terminal, 'dim', title),
    ...lines,
    ...cost.breakEven.map(({ own, cloud, month }) =>
      month === null
        ? `${printableLine(own)} never pays for itself against ${printableLine(cloud)}.`
        : `${printableLine(own)} has cost less than ${printableLine(cloud)} from month ${month} on.`,
    ),
    '',
    ...cost.assumptions.map((line) => `  ${sign(terminal, 'dot')} ${printableLine(line, 300)}`),
  ].join('\n');
}
