import { imageLayout } from '../imageLayout.ts';
import { alertRules } from '../monitoring/alerts.ts';
import { dashboard } from '../monitoring/dashboard.ts';
import type { TargetFacts } from '../targetFacts.ts';
import { labelsOf, metadataOf, selectorOf, titleAnnotation } from './metadata.ts';

export const scraped = [{ port: 'http', path: imageLayout.metricsPath, interval: '15s', scrapeTimeout: '5s' }] as const;

/** For the Prometheus operator: scrape every copy. Its job is the Service's name, which rules and dashboard ask for. */
export function serviceMonitor(facts: TargetFacts): object {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: metadataOf(facts),
    spec: {
      selector: { matchLabels: selectorOf(facts) },
      endpoints: scraped,
    },
  };
}

export function prometheusRule(facts: TargetFacts): object {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: metadataOf(facts),
    spec: alertRules(facts),
  };
}

/** By it the sidecar of Grafana's chart finds dashboards. */
export const dashboardLabels = { grafana_dashboard: '1' } as const;

export function dashboardMap(facts: TargetFacts): object {
  const metadata = {
    name: `${facts.name}-dashboard`,
    labels: { ...labelsOf(facts), ...dashboardLabels },
    annotations: { [titleAnnotation]: facts.title },
  };
  const data = { [`${facts.name}.json`]: `${JSON.stringify(dashboard(facts), null, 2)}\n` };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
}
