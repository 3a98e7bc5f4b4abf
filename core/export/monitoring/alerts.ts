import { type Metric, metrics } from '../../serve/metricNames.ts';
import type { TargetFacts } from '../targetFacts.ts';
import { outcomeShare, quantile, ruleText, series, type Where } from './queries.ts';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleGroups {
  readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[];
}

/** Latency that is worth a look: twice the measured p95, and no less than 50 ms, which noise alone may add. */
export function slowSeconds({ resources, deadlineMs }: TargetFacts): number {
  const ms = resources.p95Ms === null ? deadlineMs / 2 : Math.max(50, Math.ceil(2 * resources.p95Ms));
  return Math.min(ms, deadlineMs) / 1000;
}

/** Bytes of decoded inputs that a server holds at most (see `tributary limits`). */
export const decodedBudget = 512 * 1024 * 1024;

/** What somebody should hear of, over the metrics of servers that are scraped as `job`. */
export function alertRules(facts: TargetFacts, job = facts.name): RuleGroups {
  const where = { job };
  const over5 = { where, over: '5m' };
  const of = (metric: Metric, more: Where = {}) => series(metric, '', { ...where, ...more });
  const slow = slowSeconds(facts);
  const waitingMost = Math.max(1, Math.floor(facts.waiting * 0.8));
  const rules: readonly (AlertRule | null)[] = [
    rule(facts, 'TributaryDown', 'critical', '2m', `absent(${of(metrics.version, { state: 'ready' })} == 1)`, {
      summary: 'No copy is ready',
      description:
        'No server tells of a version that is ready. Its log names the golden sample or file that stands in the way.',
    }),
    rule(facts, 'TributaryVersionFailed', 'warning', '1m', `${of(metrics.version, { state: 'failed' })} == 1`, {
      summary: 'Version {{ $labels.version }} cannot answer on {{ $labels.instance }}',
      description:
        'It did not reproduce its golden outputs, a file of it is not what was exported, or its engine ended again and again. /readyz tells which.',
    }),
    rule(facts, 'TributaryFailing', 'critical', '5m', `${outcomeShare('failed', over5)} > 0.02`, {
      summary: '{{ $value | humanizePercentage }} of the requests fail',
      description:
        'More than 2 % of the requests ended in an error of the server: of a model, a node, the engine. The log names codes and nodes.',
    }),
    rule(facts, 'TributaryInvalid', 'warning', '15m', `${outcomeShare('invalid', over5)} > 0.2`, {
      summary: '{{ $value | humanizePercentage }} of the requests cannot be used',
      description:
        'Callers send media that cannot be decoded, inputs that do not fit, or ask for what is not there. The log names the codes.',
    }),
    rule(facts, 'TributarySlow', 'warning', '10m', `${quantile(0.95, metrics.requestSeconds, over5)} > ${slow}`, {
      summary: 'p95 is {{ $value | humanizeDuration }}',
      description: `The p95 of the latency has been over ${slow} s for 10 minutes${measuredText(facts)}.`,
    }),
    rule(facts, 'TributaryLate', 'warning', '5m', `${outcomeShare('late', over5)} > 0.01`, {
      summary: '{{ $value | humanizePercentage }} of the requests pass their deadline',
      description: 'They waited too long for a place. More copies, or a shorter queue, would help.',
    }),
    rule(facts, 'TributaryShedding', 'warning', '5m', `${outcomeShare('refused', over5)} > 0.05`, {
      summary: '{{ $value | humanizePercentage }} of the requests are turned away',
      description:
        'Callers get 429 where the queue or the budget of decoded bytes is full (more copies would help), and 503 while nothing is ready.',
    }),
    rule(facts, 'TributaryQueueLong', 'warning', '2m', `${of(metrics.waiting)} > ${waitingMost}`, {
      summary: '{{ $value }} requests wait on {{ $labels.instance }}',
      description: `Of ${facts.waiting} places in the queue more than ${waitingMost} are taken.`,
    }),
    rule(facts, 'TributaryDecodedBytesHigh', 'warning', '5m', `${of(metrics.decodedBytes)} > ${0.9 * decodedBudget}`, {
      summary: '{{ $value | humanize1024 }}B of decoded inputs on {{ $labels.instance }}',
      description: 'Over nine tenths of the budget for decoded inputs: large media is about to be turned away.',
    }),
    rule(facts, 'TributaryDrift', 'warning', '10m', `${of(metrics.driftAlert)} == 1`, {
      summary: 'The {{ $labels.modality }} at node {{ $labels.node }} has drifted',
      description:
        'What comes in is not what was recorded at the export. GET /v1/drift tells which statistic moved, and how far.',
    }),
    rule(facts, 'TributaryNonFinite', 'warning', '0m', begunOrGrown(of(metrics.nonFinite), '10m'), {
      summary: 'Node {{ $labels.node }} gave NaN or infinity',
      description: 'A result held numbers that are none. The log names the requests.',
    }),
    facts.gpu
      ? rule(
          facts,
          'TributaryOnProcessor',
          'warning',
          '5m',
          `${of(metrics.device, { device: { unlike: '(?i).*(cuda|tensorrt).*' } })} == 1`,
          {
            summary: 'The model of node {{ $labels.node }} runs on {{ $labels.device }}',
            description: 'It was exported for an NVIDIA card, which could not be started here.',
          },
        )
      : null,
  ];
  return { groups: [{ name: `tributary-${facts.name}`, rules: rules.filter((one) => one !== null) }] };
}

/** A counter that grew, or that began with something: of its first sample there is no increase. */
function begunOrGrown(counter: string, over: string): string {
  return `increase(${counter}[${over}]) > 0 or (${counter} > 0 unless ${counter} offset ${over})`;
}

function rule(
  { name, title }: TargetFacts,
  alert: string,
  severity: 'critical' | 'warning',
  lasting: string,
  expr: string,
  annotations: { readonly summary: string; readonly description: string },
): AlertRule {
  const told = { pipeline: ruleText(title), ...annotations };
  return { alert, expr, for: lasting, labels: { severity, pipeline: name }, annotations: told };
}

function measuredText({ resources }: TargetFacts): string {
  return resources.p95Ms === null ? '' : `; when it was measured it was ${(resources.p95Ms / 1000).toPrecision(3)} s`;
}
