import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service, ServiceAccount } from 'kubernetes-models/v1';
import { z } from 'zod';
import { root } from '../../../rules/sources.ts';

const named = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
export type Manifest = z.infer<typeof named>;

export function manifestOf(value: unknown): Manifest {
  return named.parse(value);
}

/** Kind → where Kubernetes' types and JSON schemas of it are in the package. */
const kinds: Readonly<Record<string, { readonly module: string; readonly validate: (value: object) => void }>> = {
  Deployment: { module: 'kubernetes-models/apps/v1', validate: (value) => new Deployment(asAny(value)).validate() },
  Service: { module: 'kubernetes-models/v1', validate: (value) => new Service(asAny(value)).validate() },
  ServiceAccount: { module: 'kubernetes-models/v1', validate: (value) => new ServiceAccount(asAny(value)).validate() },
  ConfigMap: { module: 'kubernetes-models/v1', validate: (value) => new ConfigMap(asAny(value)).validate() },
  HorizontalPodAutoscaler: {
    module: 'kubernetes-models/autoscaling/v2',
    validate: (value) => new HorizontalPodAutoscaler(asAny(value)).validate(),
  },
  PodDisruptionBudget: {
    module: 'kubernetes-models/policy/v1',
    validate: (value) => new PodDisruptionBudget(asAny(value)).validate(),
  },
  NetworkPolicy: {
    module: 'kubernetes-models/networking.k8s.io/v1',
    validate: (value) => new NetworkPolicy(asAny(value)).validate(),
  },
};

function asAny(value: object): never {
  return value as never;
}

export function isKubernetesKind({ kind }: Manifest): boolean {
  return Object.hasOwn(kinds, kind);
}

/** Throws what Kubernetes' own JSON schema has against it. It lets unknown fields pass; `strictProblems` does not. */
export function validate(manifest: Manifest): void {
  kinds[manifest.kind].validate(manifest);
}

/** What TypeScript says of the manifests as literals of Kubernetes' types: a field that there is not, is an error. */
export function strictProblems(manifests: readonly Manifest[], folder: string): string {
  const lines = manifests.map((manifest, at) => {
    const from = path.join(root, 'node_modules', kinds[manifest.kind].module, 'index.d.ts');
    return `import type { I${manifest.kind} as T${at} } from ${JSON.stringify(from)};\nexport const m${at}: T${at} = ${JSON.stringify(manifest, null, 1)};`;
  });
  const file = path.join(folder, 'manifests.ts');
  writeFileSync(file, lines.join('\n'));
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--ignoreConfig',
    '--moduleResolution',
    'bundler',
    '--module',
    'esnext',
    '--types',
    '',
  ];
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, ...options, file], { encoding: 'utf8', cwd: folder });
  return `${stdout}${stderr}`;
}
