import { imageLayout } from '../imageLayout.ts';
import type { TargetFacts } from '../targetFacts.ts';
import { labelsOf, selectorOf, titleAnnotation } from './metadata.ts';

/** How long a pod may take to end: the server goes on for 5 s, drains 20 s, and has 10 s to spare. */
export const graceSeconds = 35;

/** Requests and limits of the server. No CPU limit: throttling would add what was never measured to the latency. */
export function resourcesFor({ resources }: TargetFacts): { readonly requests: object; readonly limits: object } {
  return {
    requests: { cpu: String(resources.cores), memory: `${resources.requestMiB}Mi` },
    limits: { memory: `${resources.limitMiB}Mi` },
  };
}

export const gpuLimit = { 'nvidia.com/gpu': '1' } as const;
export const gpuTolerations = [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }] as const;

export function probesFor({ resources }: TargetFacts): object {
  const live = { path: imageLayout.livePath, port: 'http' };
  const ready = { path: imageLayout.readyPath, port: 'http' };
  return {
    // Readiness at the start: golden outputs are reproduced first, and until then a restart would begin it again.
    startupProbe: {
      httpGet: ready,
      periodSeconds: 2,
      timeoutSeconds: 2,
      failureThreshold: Math.ceil(resources.startSeconds / 2),
    },
    readinessProbe: { httpGet: ready, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 2 },
    livenessProbe: { httpGet: live, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 },
  };
}

export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: imageLayout.user,
  runAsGroup: imageLayout.group,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

export const scratchVolume = { name: 'scratch', emptyDir: { sizeLimit: '1Gi' } } as const;
export const scratchMount = { name: 'scratch', mountPath: imageLayout.scratch } as const;

/** What a pod is told beside its containers and the account that it runs as. */
export function podSettings(facts: TargetFacts): object {
  const spread = {
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorOf(facts) },
  };
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: graceSeconds,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: imageLayout.user,
      runAsGroup: imageLayout.group,
      fsGroup: imageLayout.group,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      { topologyKey: 'topology.kubernetes.io/zone', ...spread },
      { topologyKey: 'kubernetes.io/hostname', ...spread },
    ],
    volumes: [scratchVolume],
  };
}

/** What the server's container is told beside its name, image and resources. */
export function containerSettings(facts: TargetFacts): object {
  return {
    ports: [
      { name: 'http', containerPort: facts.httpPort, protocol: 'TCP' },
      { name: 'grpc', containerPort: facts.grpcPort, protocol: 'TCP' },
    ],
    ...probesFor(facts),
    securityContext: containerSecurity,
    volumeMounts: [scratchMount],
  };
}

export function podTemplate(facts: TargetFacts): object {
  const container = {
    name: 'server',
    image: facts.image,
    imagePullPolicy: 'IfNotPresent',
    resources: resourcesFor(facts),
    ...containerSettings(facts),
  };
  return {
    metadata: { labels: labelsOf(facts), annotations: { [titleAnnotation]: facts.title } },
    spec: { serviceAccountName: facts.name, ...podSettings(facts), containers: [container] },
  };
}
