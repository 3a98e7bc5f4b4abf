import { parseImage } from '../names.ts';
import type { ExportFile } from '../target.ts';
import { deploymentFile, type TargetFacts } from '../targetFacts.ts';
import { yamlOf } from '../yaml.ts';
import { autoscaler, deployment, disruptionBudget, networkPolicy, service, serviceAccount } from './manifests.ts';
import { dashboardMap, prometheusRule, serviceMonitor } from './operator.ts';
import { gpuLimit, gpuTolerations } from './pod.ts';

const overlayKind = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' } as const;
const componentKind = { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' } as const;

/** Base, components and overlays: what is in the base runs on any cluster; the rest wants a card, or an operator. */
export function kustomizeFiles(facts: TargetFacts): readonly ExportFile[] {
  const base = {
    'serviceaccount.yaml': serviceAccount(facts),
    'deployment.yaml': deployment(facts),
    'service.yaml': service(facts),
    'hpa.yaml': autoscaler(facts),
    'pdb.yaml': disruptionBudget(facts),
    'networkpolicy.yaml': networkPolicy(facts),
  };
  const watched = {
    'servicemonitor.yaml': serviceMonitor(facts),
    'prometheusrule.yaml': prometheusRule(facts),
    'dashboard.yaml': dashboardMap(facts),
  };
  const overlay = (...components: readonly string[]) => ({
    ...overlayKind,
    resources: ['../../base'],
    components: components.map((name) => `../../components/${name}`),
  });
  return [
    ...folder('kubernetes/base', { ...overlayKind, resources: Object.keys(base), ...imagesOf(facts) }, base),
    ...folder('kubernetes/components/monitoring', { ...componentKind, resources: Object.keys(watched) }, watched),
    ...folder(
      'kubernetes/components/gpu',
      { ...componentKind, patches: [{ path: 'gpu.yaml' }] },
      { 'gpu.yaml': gpuPatch(facts) },
    ),
    ...folder('kubernetes/overlays/monitored', overlay('monitoring'), {}),
    ...folder('kubernetes/overlays/gpu', overlay('gpu'), {}),
    ...folder('kubernetes/overlays/gpu-monitored', overlay('gpu', 'monitoring'), {}),
  ];
}

function folder(path: string, kustomization: object, files: Readonly<Record<string, object>>): readonly ExportFile[] {
  return [
    deploymentFile(`${path}/kustomization.yaml`, yamlOf([kustomization])),
    ...Object.entries(files).map(([name, document]) => deploymentFile(`${path}/${name}`, yamlOf([document]))),
  ];
}

/** What `kustomize edit set image` changes. */
function imagesOf({ image }: TargetFacts): object {
  const parts = parseImage(image);
  if (parts === null) return {};
  const { repository, tag, digest } = parts;
  const version = digest === null ? { newTag: tag ?? 'latest' } : { digest };
  return { images: [{ name: repository, newName: repository, ...version }] };
}

/** One NVIDIA card for each copy, on nodes that are kept for those who need one. */
function gpuPatch({ name }: TargetFacts): object {
  const container = { name: 'server', resources: { limits: gpuLimit } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { template: { spec: { tolerations: gpuTolerations, containers: [container] } } },
  };
}
