import { z } from 'zod';
import { defineTarget, type ExportFile } from '../target.ts';
import { deploymentFile, factsOf, type TargetFacts } from '../targetFacts.ts';
import { yamlOf } from '../yaml.ts';
import { alertRules } from './alerts.ts';
import { dashboard } from './dashboard.ts';
import { grafanaFolders, grafanaSources, prometheusConfig } from './prometheus.ts';

const options = z.object({
  targets: z
    .array(z.string().max(255))
    .default([])
    .describe(
      'Where Prometheus finds the servers, as host:port; empty: `server` and the port, as in the compose file.',
    ),
});

export const monitoring = defineTarget({
  id: 'monitoring',
  title: 'Monitoring',
  summary: 'Prometheus alerts, Grafana dashboard',
  options,
  common: ['port', 'device', 'maxQueue'],
  bundle: 'none',
  files: (input, { targets }) => monitoringFiles(factsOf(input), targets),
  next: () => ['promtool check rules monitoring/alerts.yml'],
});

export function monitoringFiles(facts: TargetFacts, targets: readonly string[]): readonly ExportFile[] {
  const found = targets.length === 0 ? [`server:${facts.httpPort}`] : targets;
  return [
    deploymentFile('monitoring/prometheus.yml', yamlOf([prometheusConfig(facts, found)])),
    deploymentFile('monitoring/alerts.yml', yamlOf([alertRules(facts)])),
    deploymentFile('monitoring/grafana/datasources/prometheus.yml', yamlOf([grafanaSources('http://prometheus:9090')])),
    deploymentFile('monitoring/grafana/dashboards/folders.yml', yamlOf([grafanaFolders('/etc/grafana/dashboards')])),
    deploymentFile('monitoring/grafana/pipeline.json', `${JSON.stringify(dashboard(facts), null, 2)}\n`),
  ];
}
