import { imageLayout } from '../imageLayout.ts';
import type { TargetFacts } from '../targetFacts.ts';

/** The name under which servers of a pipeline are scraped; dashboards and rules ask for it. */
export function jobOf({ name }: TargetFacts): string {
  return name;
}

/** prometheus.yml, for servers at `targets` (`host:port`). Rules lie beside it. */
export function prometheusConfig(facts: TargetFacts, targets: readonly string[]): object {
  return {
    global: { scrape_interval: '5s', evaluation_interval: '15s' },
    rule_files: ['alerts.yml'],
    scrape_configs: [{ job_name: jobOf(facts), metrics_path: imageLayout.metricsPath, static_configs: [{ targets }] }],
  };
}

/** Grafana's own configuration: where Prometheus is, and where dashboards lie. */
export function grafanaSources(url: string): object {
  return {
    apiVersion: 1,
    datasources: [{ name: 'Prometheus', uid: 'prometheus', type: 'prometheus', access: 'proxy', url, isDefault: true }],
  };
}

export function grafanaFolders(path: string): object {
  return {
    apiVersion: 1,
    providers: [{ name: 'tributary', type: 'file', disableDeletion: true, allowUiUpdates: false, options: { path } }],
  };
}
