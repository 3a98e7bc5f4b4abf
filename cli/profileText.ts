import type { Profile } from '../core/profile/profile.ts';
import type { Stats } from '../core/profile/stats.ts';
import { bar, printableLine, sign, styled, type Terminal, tableLines } from './terminal.ts';

/** A profile as people read it: how fast, where the time goes, what was measured on. The slowest node stands on top. */
export function profileText(profile: Profile, terminal: Terminal): string {
  const { measured } = profile;
  return [
    ...head(profile, terminal),
    '',
    ...nodeTable(profile, terminal),
    '',
    ...(measured.samples.length > 1 ? [...sampleTable(profile, terminal), ''] : []),
    ...modelLines(profile, terminal),
    ...machineLines(profile, terminal),
    ...measured.warnings.map((warning) => `${styled(terminal, 'yellow', sign(terminal, 'warning'))} ${warning}`),
  ].join('\n');
}

const reasons: Readonly<Record<Profile['measured']['stoppedBy'], string>> = {
  interval: 'the median was sure enough',
  budget: 'the time was spent',
  count: 'the number of runs was reached',
  cancelled: 'cancelled',
};

function head({ document, measured }: Profile, terminal: Terminal): readonly string[] {
  const { wall, cold, warmUp, overhead } = measured;
  const slowest = [...measured.nodes].sort((a, b) => b.criticalPercent - a.criticalPercent)[0];
  return [
    styled(terminal, 'bold', printableLine(document.name)),
    `p50 ${ms(wall.p50)}   p95 ${ms(wall.p95)}   p99 ${ms(wall.p99)}   ${measured.throughput.toFixed(1)} runs/s one after the other`,
    styled(
      terminal,
      'dim',
      `${measured.runs} runs after ${warmUp.runs} to warm up; stopped because ${reasons[measured.stoppedBy]} (median ± ${measured.intervalPercent.toFixed(1)} %)`,
    ),
    `cold start ${ms(cold.wallMs)}, of it ${ms(cold.loadMs)} opening models; ${measured.attributedPercent.toFixed(1)} % of the time attributed; measuring costs ${ms(overhead.msPerRun)} a run (${overhead.lowPercent.toFixed(1)} to ${overhead.highPercent.toFixed(1)} %)`,
    ...(slowest === undefined
      ? []
      : [
          '',
          `Slowest: ${styled(terminal, 'bold', printableLine(slowest.node))}, ${slowest.criticalPercent.toFixed(0)} % of the time from start to end.`,
        ]),
  ];
}

function nodeTable({ measured }: Profile, terminal: Terminal): readonly string[] {
  const rows = [['node', 'worker', 'on', 'p50', 'p95', 'run', 'copy', 'queue', 'gap', 'in', 'out', 'of the path']];
  const nodes = [...measured.nodes].sort((a, b) => b.criticalPercent - a.criticalPercent || b.total.p50 - a.total.p50);
  for (const node of nodes) {
    rows.push([
      printableLine(node.node, 40) + (node.shared ? '*' : ''),
      node.worker,
      node.device ?? 'cpu',
      short(node.total.p50),
      short(node.total.p95),
      ...[node.run, node.copy, node.queue, node.gap].map((part: Stats) => short(part.mean)),
      bytesText(node.bytesIn),
      bytesText(node.bytesOut),
      node.onPathPercent > 0
        ? `${bar(terminal, node.criticalPercent / 100, 10)} ${node.criticalPercent.toFixed(0)} %`
        : `off it, slack ${short(node.slackMs)}`,
    ]);
  }
  const rest = measured.wall.mean === 0 ? 0 : (100 * measured.remainder.mean) / measured.wall.mean;
  rows.push([
    'remainder',
    '',
    '',
    short(measured.remainder.p50),
    short(measured.remainder.p95),
    '',
    '',
    '',
    '',
    '',
    '',
    `${bar(terminal, rest / 100, 10)} ${rest.toFixed(0)} %`,
  ]);
  const [title, ...lines] = tableLines(rows, new Set([3, 4, 5, 6, 7, 8, 9, 10]));
  const shared = nodes.some((node) => node.shared)
    ? [styled(terminal, 'dim', '* one pass with its neighbours; its share was found by running the pass up to it')]
    : [];
  return [
    styled(terminal, 'dim', title),
    ...lines,
    styled(terminal, 'dim', 'milliseconds per run; parts are means'),
    ...shared,
  ];
}

function sampleTable({ measured }: Profile, terminal: Terminal): readonly string[] {
  const rows = [['sample, slowest first', 'runs', 'p50', 'p95', 'slowest node']];
  for (const sample of measured.samples.slice(0, 20))
    rows.push(
      sample.problem === undefined
        ? [
            printableLine(sample.name, 50),
            String(sample.runs),
            short(sample.wall.p50),
            short(sample.wall.p95),
            sample.slowestNode,
          ]
        : [printableLine(sample.name, 50), '0', '', '', printableLine(sample.problem)],
    );
  const [title, ...lines] = tableLines(rows, new Set([1, 2, 3]));
  const more = measured.samples.length > 20 ? [`... and ${measured.samples.length - 20} more (--json shows all)`] : [];
  return [styled(terminal, 'dim', title), ...lines, ...more];
}

function modelLines({ measured }: Profile, terminal: Terminal): readonly string[] {
  return measured.models.flatMap((model) => {
    const rows = model.kernels
      .slice(0, 10)
      .map((kernel) => [
        `  ${kernel.op}`,
        `${kernel.count}x`,
        ms(kernel.ms),
        model.kernelMs === 0 ? '' : `${((100 * kernel.ms) / model.kernelMs).toFixed(0)} %`,
        kernel.provider,
      ]);
    const layers = model.layers
      .slice(0, 10)
      .map((layer) => [`  ${printableLine(layer.name, 48)}`, layer.op, ms(layer.ms), layer.outputs]);
    const fallen = model.fellBack.map(
      (one) =>
        `  ${styled(terminal, 'yellow', sign(terminal, 'warning'))} ${printableLine(one.layer, 48)} (${one.op}) fell back to the CPU: ${ms(one.ms)}, ${ms(one.copyMs)} of copies`,
    );
    return [
      `${styled(terminal, 'bold', printableLine(model.node))}  ${printableLine(model.file)} on ${model.device}, lane ${model.lane}, ${model.threads} ${model.threads === 1 ? 'thread' : 'threads'}: ${ms(model.runMs)} a run`,
      ...tableLines(rows, new Set([1, 2, 3])),
      ...(layers.length > 0
        ? [styled(terminal, 'dim', '  costliest layers'), ...tableLines(layers, new Set([2]))]
        : []),
      ...fallen,
      '',
    ];
  });
}

function machineLines({ measured, environment }: Profile, terminal: Terminal): readonly string[] {
  const { memory } = measured;
  const gpu = environment.gpus.map((one) => `${one.name} (${one.driver})`).join(', ');
  const power = Object.entries(environment.power)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  return [
    `memory of the engine: peak ${bytesText(memory.peakBytes)}, steady ${bytesText(memory.steadyBytes)}; values alive in a run ${bytesText(memory.liveBytes)}`,
    ...(memory.gpu === null
      ? []
      : [
          `GPU memory: peak ${bytesText(memory.gpu.peakBytes)}, steady ${bytesText(memory.gpu.steadyBytes)}; busy ${memory.gpu.utilisationPercent.toFixed(0)} % (${memory.gpu.tool})`,
        ]),
    styled(
      terminal,
      'dim',
      [
        `${environment.cpu}, ${environment.cores} cores`,
        gpu,
        environment.os,
        environment.runtime,
        `Node ${environment.node}`,
        power,
      ]
        .filter((part) => part !== '')
        .join('; '),
    ),
  ];
}

/** `12.3 ms`, `850 µs`, `1.20 s`: three figures. */
export function ms(value: number): string {
  if (value < 0) return `-${ms(-value)}`;
  if (value >= 1000) return `${(value / 1000).toPrecision(3)} s`;
  if (value >= 1 || value === 0) return `${Number(value.toPrecision(3))} ms`;
  return `${Math.round(value * 1000)} µs`;
}

/** Milliseconds for a column of a table. */
function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function bytesText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${units[unit]}`;
}
