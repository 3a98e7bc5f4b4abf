import type { TargetFacts } from '../targetFacts.ts';
import { metadataOf, selectorOf } from './metadata.ts';
import { podTemplate } from './pod.ts';

/** Custom metrics of pods, as the Prometheus adapter gives them (`adapter.ts`). */
export const podMetrics = { waiting: 'tributary_waiting', latency: 'tributary_request_p95_seconds' } as const;

export function deployment(facts: TargetFacts): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(facts),
    // No `replicas`: the autoscaler keeps them, and applying the file again must not undo what it did.
    spec: { ...rollout(facts), selector: { matchLabels: selectorOf(facts) }, template: podTemplate(facts) },
  };
}

/** A new version takes traffic only when it is ready, and no copy of the old one goes before. */
export function rollout({ resources }: TargetFacts): object {
  return {
    revisionHistoryLimit: 5,
    progressDeadlineSeconds: Math.max(600, resources.startSeconds + 120),
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
  };
}

export function service(facts: TargetFacts): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(facts),
    spec: { type: 'ClusterIP', selector: selectorOf(facts), ports: servicePorts(facts) },
  };
}

export function servicePorts({ grpcPort }: TargetFacts): readonly object[] {
  return [
    { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP', appProtocol: 'http' },
    { name: 'grpc', port: grpcPort, targetPort: 'grpc', protocol: 'TCP', appProtocol: 'kubernetes.io/h2c' },
  ];
}

/** It calls nothing of the cluster, so it gets no token. */
export function serviceAccount(facts: TargetFacts): object {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadataOf(facts),
    automountServiceAccountToken: false,
  };
}

/** What a copy may have waiting on average before another is started: half of what it may hold. */
export function waitingTarget({ waiting }: TargetFacts): number {
  return Math.max(1, Math.floor(waiting / 2));
}

/** Latency at which another copy is started: twice the measured p95, at most half of the deadline. */
export function latencyTargetMs({ resources, deadlineMs }: TargetFacts): number {
  const most = Math.floor(deadlineMs / 2);
  return resources.p95Ms === null ? most : Math.max(1, Math.min(most, Math.ceil(2 * resources.p95Ms)));
}

export function autoscaler(facts: TargetFacts): object {
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: facts.name };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadataOf(facts),
    spec: { scaleTargetRef: target, ...scaling(facts) },
  };
}

/** When copies are started and ended. Where the two metrics of pods are not there, the processor alone decides. */
export function scaling(facts: TargetFacts): object {
  const perPod = (name: string, averageValue: string) => ({
    type: 'Pods',
    pods: { metric: { name }, target: { type: 'AverageValue', averageValue } },
  });
  return {
    minReplicas: facts.minReplicas,
    maxReplicas: facts.maxReplicas,
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 75 } } },
      perPod(podMetrics.waiting, String(waitingTarget(facts))),
      perPod(podMetrics.latency, `${latencyTargetMs(facts)}m`),
    ],
    behavior: {
      scaleUp: { stabilizationWindowSeconds: 15, policies: [{ type: 'Percent', value: 100, periodSeconds: 30 }] },
      scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
    },
  };
}

/** One copy at a time may be taken away for work on its machine; one that is broken anyway, always. */
export const disruption = { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' } as const;

export function disruptionBudget(facts: TargetFacts): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(facts),
    spec: { ...disruption, selector: { matchLabels: selectorOf(facts) } },
  };
}

/** Whoever may reach the namespace may call the two ports; out goes nothing but questions to DNS. */
export const traffic = {
  policyTypes: ['Ingress', 'Egress'],
  ingress: [
    {
      ports: [
        { protocol: 'TCP', port: 'http' },
        { protocol: 'TCP', port: 'grpc' },
      ],
    },
  ],
  egress: [
    {
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    },
  ],
} as const;

export function networkPolicy(facts: TargetFacts): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(facts),
    spec: { podSelector: { matchLabels: selectorOf(facts) }, ...traffic },
  };
}
