import { type Metric, metrics } from '../../serve/metricNames.ts';

/** Labels by what they must be: a text, or one that a regular expression (RE2, whole) must not match. */
export type Where = Readonly<Record<string, string | { readonly unlike: string }>>;

/** A selector of PromQL: `name{label="value"}`. */
export function series(metric: Metric, suffix: '' | '_bucket' | '_sum' | '_count', where: Where): string {
  const pairs = Object.entries(where).map(([label, value]) =>
    typeof value === 'string' ? `${label}=${promLiteral(value)}` : `${label}!~${promLiteral(value.unlike)}`,
  );
  return `${metric.name}${suffix}${pairs.length === 0 ? '' : `{${pairs.join(', ')}}`}`;
}

/** A string literal of PromQL, which is one of Go. */
export function promLiteral(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r')}"`;
}

/** Text in a label or an annotation of a rule, where Prometheus expands templates of Go: every brace stands by itself. */
export function ruleText(text: string): string {
  return text.replace(/\{/g, '{{ "{" }}');
}

export interface Window {
  readonly where: Where;
  /** As PromQL says it: `5m`, or a variable of Grafana. */
  readonly over: string;
}

export function quantile(share: number, metric: Metric, { where, over }: Window, by: readonly string[] = []): string {
  return `histogram_quantile(${share}, sum by (${['le', ...by].join(', ')}) (rate(${series(metric, '_bucket', where)}[${over}])))`;
}

export function mean(metric: Metric, { where, over }: Window, by: readonly string[] = []): string {
  const sum = (suffix: '_sum' | '_count') => `sum${byText(by)} (rate(${series(metric, suffix, where)}[${over}]))`;
  return `${sum('_sum')} / ${sum('_count')}`;
}

export function perSecond(metric: Metric, { where, over }: Window, by: readonly string[] = []): string {
  return `sum${byText(by)} (rate(${series(metric, '', where)}[${over}]))`;
}

/** Share of a counter's events that have some labels besides. */
export function share(metric: Metric, labels: Where, window: Window, by: readonly string[] = []): string {
  const some = { ...window, where: { ...window.where, ...labels } };
  return `${perSecond(metric, some, by)} / ${perSecond(metric, window, by)}`;
}

/** Share of the requests with one outcome. */
export function outcomeShare(outcome: string, window: Window): string {
  return share(metrics.requests, { outcome }, window);
}

function byText(by: readonly string[]): string {
  return by.length === 0 ? '' : ` by (${by.join(', ')})`;
}
