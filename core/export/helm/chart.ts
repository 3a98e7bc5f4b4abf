import { disruption, podMetrics, rollout, scaling, servicePorts, traffic } from '../kubernetes/manifests.ts';
import { labelsOf, selectorOf, titleAnnotation } from '../kubernetes/metadata.ts';
import { dashboardLabels, scraped } from '../kubernetes/operator.ts';
import { containerSettings, gpuLimit, gpuTolerations, podSettings, resourcesFor } from '../kubernetes/pod.ts';
import { alertRules } from '../monitoring/alerts.ts';
import { dashboard } from '../monitoring/dashboard.ts';
import { parseImage } from '../names.ts';
import type { ExportFile } from '../target.ts';
import { deploymentFile, type TargetFacts } from '../targetFacts.ts';
import { yamlOf } from '../yaml.ts';
import { templates } from './templates.ts';
import { valuesSchema } from './valuesSchema.ts';

/** A Helm chart, of the same manifests as the plain ones; what of them is the pipeline's is a value. */
export function chartFiles(facts: TargetFacts): readonly ExportFile[] {
  const folder = `helm/${facts.name}`;
  const file = (name: string, text: string) => deploymentFile(`${folder}/${name}`, text);
  return [
    file('Chart.yaml', yamlOf([chartOf(facts)])),
    file('values.yaml', yamlOf([valuesOf(facts)], valuesHead)),
    file('values.schema.json', `${JSON.stringify(valuesSchema, null, 2)}\n`),
    file('files/dashboard.json', `${JSON.stringify(dashboard(facts), null, 2)}\n`),
    file('.helmignore', '.git/\n*.tgz\n'),
    ...Object.entries(templates).map(([name, text]) => file(`templates/${name}`, text)),
  ];
}

const valuesHead = [
  'Values of this pipeline. They are data: nothing in here is read as a template.',
  `The autoscaler asks for ${podMetrics.waiting} and ${podMetrics.latency}: see kubernetes/prometheus-adapter.yaml.`,
];

function chartOf(facts: TargetFacts): object {
  return {
    apiVersion: 'v2',
    name: facts.name,
    description: `Tributary pipeline: ${facts.title}`,
    type: 'application',
    version: chartVersion(facts.version),
    appVersion: facts.version,
    kubeVersion: '>=1.27.0-0',
  };
}

/** Semantic Versioning asks for three numbers. A version that is none of it stands in `appVersion` alone. */
export function chartVersion(version: string): string {
  const found = /^v?(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:\.(0|[1-9]\d*)(-[A-Za-z][0-9A-Za-z-]*)?)?$/.exec(version);
  const [, major, minor = '0', patch = '0', rest = ''] = found ?? [];
  return major === undefined ? '0.1.0' : `${major}.${minor}.${patch}${rest}`;
}

function valuesOf(facts: TargetFacts): object {
  const image = parseImage(facts.image);
  return {
    image: {
      repository: image?.repository ?? facts.image,
      tag: image?.tag ?? 'latest',
      digest: image?.digest ?? '',
      pullPolicy: 'IfNotPresent',
    },
    imagePullSecrets: [],
    replicas: facts.minReplicas,
    resources: resourcesFor(facts),
    gpu: { enabled: facts.gpu, limits: gpuLimit, tolerations: gpuTolerations },
    env: [],
    autoscaling: { enabled: true, ...scaling(facts) },
    disruptionBudget: { enabled: true, ...disruption },
    networkPolicy: { enabled: true, ...traffic },
    service: { type: 'ClusterIP', ports: servicePorts(facts) },
    monitoring: {
      serviceMonitor: { enabled: false, endpoints: scraped },
      rules: { enabled: false, groups: alertRules(facts).groups },
      dashboard: { enabled: false, labels: dashboardLabels },
    },
    nodeSelector: {},
    tolerations: [],
    podLabels: {},
    podAnnotations: {},
    labels: labelsOf(facts),
    selector: selectorOf(facts),
    annotations: { [titleAnnotation]: facts.title },
    rollout: rollout(facts),
    pod: podSettings(facts),
    container: containerSettings(facts),
  };
}
