import { z } from 'zod';
import { chartFiles } from '../helm/chart.ts';
import { defineTarget, type ExportFile } from '../target.ts';
import { deploymentFile, factsOf, type TargetFacts } from '../targetFacts.ts';
import { yamlOf } from '../yaml.ts';
import { adapterValues } from './adapter.ts';
import { canaryPatch, customService, tritonService } from './kserve.ts';
import { kustomizeFiles } from './kustomize.ts';
import { kubernetesReadme } from './readme.ts';

const options = z.object({
  canaryPercent: z
    .number()
    .int()
    .min(1)
    .max(99)
    .default(10)
    .describe('Share of the traffic for a KServe canary, in per cent.')
    .meta({ title: 'Canary share', unit: '%' }),
  tritonStorage: z
    .string()
    .max(1024)
    .default('')
    .describe("Where the Triton repository lies, for KServe, e.g. s3://models/scenes; empty: a volume claim's place."),
});

export const kubernetes = defineTarget({
  id: 'kubernetes',
  title: 'Kubernetes',
  summary: 'Kustomize, Helm chart and KServe',
  options,
  includes: ['container'],
  files: (input, { canaryPercent, tritonStorage }) => {
    const facts = factsOf(input);
    const storage = tritonStorage === '' ? `pvc://models/${facts.name}` : tritonStorage;
    return [
      deploymentFile('kubernetes/README.md', kubernetesReadme(facts, storage)),
      ...kustomizeFiles(facts),
      deploymentFile('kubernetes/prometheus-adapter.yaml', yamlOf([adapterValues()])),
      ...kserveFiles(facts, canaryPercent, storage),
      ...chartFiles(facts),
    ];
  },
  next: (input) => {
    const { image, name, gpu } = factsOf(input);
    return [
      `docker build -t ${image} . && docker push ${image}`,
      `kubectl apply -k ${gpu ? 'kubernetes/overlays/gpu' : 'kubernetes/base'}`,
      `kubectl rollout status deployment/${name}`,
    ];
  },
});

const kind = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' } as const;

function kserveFiles(facts: TargetFacts, canaryPercent: number, storage: string): readonly ExportFile[] {
  const canary = { ...kind, resources: ['../custom'], patches: [{ path: 'traffic.yaml' }] };
  return [
    deploymentFile('kserve/custom/kustomization.yaml', yamlOf([{ ...kind, resources: ['inferenceservice.yaml'] }])),
    deploymentFile('kserve/custom/inferenceservice.yaml', yamlOf([customService(facts)])),
    deploymentFile('kserve/canary/kustomization.yaml', yamlOf([canary])),
    deploymentFile('kserve/canary/traffic.yaml', yamlOf([canaryPatch(facts, canaryPercent)])),
    deploymentFile('kserve/triton.yaml', yamlOf([tritonService(facts, storage)])),
  ];
}
