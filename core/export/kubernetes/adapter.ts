import { metrics } from '../../serve/metricNames.ts';
import { podMetrics } from './manifests.ts';

/** Values for the chart `prometheus-community/prometheus-adapter`: the two metrics that the autoscaler asks for, of each pod. */
export function adapterValues(): object {
  return {
    rules: {
      custom: [
        adapterRule(
          `${metrics.waiting.name}`,
          podMetrics.waiting,
          'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)',
        ),
        adapterRule(
          `${metrics.requestSeconds.name}_bucket`,
          podMetrics.latency,
          'histogram_quantile(0.95, sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (le, <<.GroupBy>>))',
        ),
      ],
    },
  };
}

function adapterRule(series: string, as: string, metricsQuery: string): object {
  return {
    seriesQuery: `${series}{namespace!="",pod!=""}`,
    resources: { overrides: { namespace: { resource: 'namespace' }, pod: { resource: 'pod' } } },
    name: { matches: `^${series}$`, as },
    metricsQuery,
  };
}
