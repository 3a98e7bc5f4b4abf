import type { TargetFacts } from '../targetFacts.ts';
import { metadataOf } from './metadata.ts';
import {
  containerSecurity,
  gpuLimit,
  gpuTolerations,
  graceSeconds,
  resourcesFor,
  scratchMount,
  scratchVolume,
} from './pod.ts';

const api = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService' } as const;

/** KServe with the pipeline's own image: the server speaks Open Inference Protocol v2 by itself. */
export function customService(facts: TargetFacts): object {
  return {
    ...api,
    metadata: metadataOf(facts),
    spec: {
      predictor: {
        ...scaling(facts),
        ...(facts.gpu ? { tolerations: gpuTolerations } : {}),
        terminationGracePeriodSeconds: graceSeconds,
        containers: [
          {
            name: 'kserve-container',
            image: facts.image,
            // Knative takes one port; gRPC would have to be named h2c in place of it.
            ports: [{ containerPort: facts.httpPort, protocol: 'TCP' }],
            readinessProbe: probe('/v2/health/ready', facts.httpPort),
            livenessProbe: { ...probe('/v2/health/live', facts.httpPort), periodSeconds: 10, failureThreshold: 3 },
            resources: kserveResources(facts),
            securityContext: containerSecurity,
            volumeMounts: [scratchMount],
          },
        ],
        volumes: [scratchVolume],
      },
    },
  };
}

/** KServe with NVIDIA's Triton over the repository that the target `triton` writes, once it lies where KServe can fetch it. */
export function tritonService(facts: TargetFacts, storageUri: string): object {
  return {
    ...api,
    metadata: metadataOf(facts, `${facts.name}-triton`),
    spec: {
      predictor: {
        ...scaling(facts),
        ...(facts.gpu ? { tolerations: gpuTolerations } : {}),
        model: {
          modelFormat: { name: 'triton' },
          protocolVersion: 'v2',
          storageUri,
          resources: kserveResources(facts),
        },
      },
    },
  };
}

/** A tenth of the traffic to what is applied next; the rest stays with what ran before. For KServe on Knative. */
export function canaryPatch({ name }: TargetFacts, percent: number): object {
  return { ...api, metadata: { name }, spec: { predictor: { canaryTrafficPercent: percent } } };
}

function scaling(facts: TargetFacts): object {
  return {
    minReplicas: facts.minReplicas,
    maxReplicas: facts.maxReplicas,
    scaleMetric: 'concurrency',
    scaleTarget: facts.running,
    containerConcurrency: facts.running + facts.waiting,
    timeout: Math.ceil(facts.deadlineMs / 1000) + 5,
  };
}

/** KServe sets limits of its own where none are said, so the processor has one here. */
function kserveResources(facts: TargetFacts): object {
  const { cores, limitMiB } = facts.resources;
  const limits = { cpu: String(cores), memory: `${limitMiB}Mi`, ...(facts.gpu ? gpuLimit : {}) };
  return { ...resourcesFor(facts), limits };
}

function probe(path: string, port: number): object {
  return { httpGet: { path, port }, timeoutSeconds: 2 };
}
