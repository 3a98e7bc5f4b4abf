import { spawnSync } from 'node:child_process';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { titleAnnotation } from '../../../../core/export/kubernetes/metadata.ts';
import { kubernetes } from '../../../../core/export/kubernetes/target.ts';
import { titleOf } from '../../../../core/export/names.ts';
import type { ExportFile } from '../../../../core/export/target.ts';
import { tempFolder } from '../../../temp-folder.ts';
import { inputOf, renamed, textOf } from '../exportInput.ts';
import { hostileText } from '../hostile.ts';
import { writeFiles } from '../writeFiles.ts';
import { customResources } from './customResources.ts';
import { isKubernetesKind, type Manifest, manifestOf, strictProblems, validate } from './kubernetesModels.ts';

// `kubectl kustomize` needs no cluster; where kubectl is not installed its tests are left out.
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

/** Every manifest but those for Kustomize and Helm, read as the old and the new YAML. */
function manifestsOf(files: readonly ExportFile[]): readonly Manifest[] {
  const names = files.map((file) => file.path).filter((name) => /^(kubernetes|kserve)\/.*\.yaml$/.test(name));
  return names
    .filter((name) => !/kustomization|components\/gpu\/|traffic|prometheus-adapter/.test(name))
    .map((name) => {
      const read = parse(textOf(files, name), { version: '1.1' });
      expect(parse(textOf(files, name), { version: '1.2' })).toEqual(read);
      return manifestOf(read);
    });
}

function holdAll(manifests: readonly Manifest[]): void {
  for (const manifest of manifests) {
    if (isKubernetesKind(manifest)) validate(manifest);
    else expect(customResources[manifest.kind]?.safeParse(manifest).error?.message).toBeUndefined();
  }
}

it("Kubernetes' schemas and types, and those of the operators, accept every manifest", async () => {
  const gpu = await inputOf('event-detector');
  for (const input of [
    await inputOf('picture-classifier', { profile: null }),
    { ...gpu, options: { ...gpu.options, device: 'cuda' as const } },
  ]) {
    const manifests = manifestsOf(kubernetes.files(input, {}));
    expect(manifests.map(({ kind }) => kind).sort()).toEqual([
      'ConfigMap',
      'Deployment',
      'HorizontalPodAutoscaler',
      'InferenceService',
      'InferenceService',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'PrometheusRule',
      'Service',
      'ServiceAccount',
      'ServiceMonitor',
    ]);
    holdAll(manifests);
    expect(strictProblems(manifests.filter(isKubernetesKind), tempFolder())).toBe('');
  }
});

it('the checks refuse what Kubernetes would: a wrong type, a field that there is not', async () => {
  const manifests = manifestsOf(kubernetes.files(await inputOf('picture-classifier'), {}));
  const deployment = manifests.find(({ kind }) => kind === 'Deployment');
  const text = JSON.stringify(deployment);
  const broken = (from: string, to: string) => {
    expect(text).toContain(from);
    return manifestOf(JSON.parse(text.replace(from, to)));
  };
  expect(() => validate(broken('"runAsUser":10001', '"runAsUser":"root"'))).toThrow(/runAsUser/);
  expect(strictProblems([broken('terminationGracePeriodSeconds', 'graceSeconds')], tempFolder())).toMatch(
    /graceSeconds/,
  );
});

it('the pod is closed, and takes what was measured', async () => {
  const manifests = manifestsOf(kubernetes.files(await inputOf('picture-classifier'), {}));
  expect(manifests.find(({ kind }) => kind === 'Deployment')).toMatchObject({
    spec: {
      strategy: { rollingUpdate: { maxUnavailable: 0 } },
      template: {
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 35,
          containers: [
            {
              // 256 MiB measured, a quarter more, 192 for the server, in steps of 64.
              resources: { requests: { cpu: '2', memory: '640Mi' }, limits: { memory: '1344Mi' } },
              startupProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 2, failureThreshold: 60 },
              livenessProbe: { httpGet: { path: '/livez', port: 'http' } },
              securityContext: {
                runAsNonRoot: true,
                runAsUser: 10001,
                readOnlyRootFilesystem: true,
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                seccompProfile: { type: 'RuntimeDefault' },
              },
            },
          ],
        },
      },
    },
  });
  expect(manifests.find(({ kind }) => kind === 'HorizontalPodAutoscaler')).toMatchObject({
    spec: {
      metrics: [
        { resource: { name: 'cpu' } },
        { pods: { metric: { name: 'tributary_waiting' }, target: { averageValue: '4' } } },
        // Twice the measured p95 of 6.5 ms, in thousandths of a second.
        { pods: { metric: { name: 'tributary_request_p95_seconds' }, target: { averageValue: '13m' } } },
      ],
    },
  });
});

it('names stay literal, and names of resources are those that DNS takes (fault 94, fault 95)', async () => {
  const input = await inputOf('picture-classifier');
  fc.assert(
    fc.property(hostileText, (text) => {
      const manifests = manifestsOf(kubernetes.files(renamed(input, text), {}));
      for (const { metadata } of manifests) {
        expect(metadata.name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
        expect(metadata).toMatchObject({ annotations: { [titleAnnotation]: titleOf(text, 200) } });
      }
    }),
    { numRuns: 20 },
  );
});

it('a name that begins with a digit gets a letter in front', async () => {
  const manifests = manifestsOf(kubernetes.files(await inputOf('picture-classifier', { name: '3d' }), {}));
  expect(new Set(manifests.map(({ metadata }) => metadata.name))).toEqual(
    new Set(['p-3d', 'p-3d-dashboard', 'p-3d-triton']),
  );
});

it('the same pipeline gives the same files', async () => {
  const files = async () => JSON.stringify(kubernetes.files(await inputOf('event-detector'), {}));
  expect(await files()).toBe(await files());
});

it.runIf(hasKubectl)('Kustomize builds the base, each overlay and KServe', async () => {
  const folder = tempFolder();
  const input = await inputOf('picture-classifier');
  writeFiles(folder, kubernetes.files(renamed(input, 'no: {{ "x" }} $(y)\n# z'), {}));
  const build = (place: string): readonly Manifest[] => {
    const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', path.join(folder, place)], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const manifests = parseAllDocuments(stdout, { version: '1.1' }).map((document) => manifestOf(document.toJS()));
    for (const { metadata } of manifests)
      expect(metadata).toMatchObject({ annotations: { [titleAnnotation]: 'no: {{ "x" }} $(y) # z' } });
    holdAll(manifests);
    return manifests;
  };
  expect(build('kubernetes/base')).toHaveLength(6);
  expect(build('kubernetes/overlays/monitored')).toHaveLength(9);
  const gpu = build('kubernetes/overlays/gpu-monitored');
  expect(gpu.find(({ kind }) => kind === 'Deployment')).toMatchObject({
    spec: {
      template: {
        spec: {
          tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
          containers: [
            {
              image: 'tributary/picture-classifier:1',
              ports: [{ name: 'http' }, { name: 'grpc' }],
              resources: { requests: { cpu: '2' }, limits: { memory: '1344Mi', 'nvidia.com/gpu': '1' } },
            },
          ],
        },
      },
    },
  });
  expect(build('kserve/custom')).toHaveLength(1);
  expect(build('kserve/canary')).toMatchObject([
    { spec: { predictor: { canaryTrafficPercent: 10, containers: [{ name: 'kserve-container' }] } } },
  ]);
});
