import { z } from 'zod';

/**
 * The fields of custom resources that we write, after the published definitions (KServe 0.15, Prometheus operator 0.80):
 * strict, so that a field that there is not, is an error.
 */
const metadata = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
  labels: z.record(z.string(), z.string().regex(/^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$/)),
  annotations: z.record(z.string(), z.string()),
});
const duration = z.string().regex(/^(\d+(ms|[smhdwy]))+$/);
const amounts = z.record(z.string(), z.string().regex(/^\d+(m|[KMG]i)?$/));
const resources = z.strictObject({ requests: amounts, limits: amounts });
const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string().startsWith('/'), port: z.number().int() }),
  timeoutSeconds: z.number().int(),
  periodSeconds: z.number().int().optional(),
  failureThreshold: z.number().int().optional(),
});
const toleration = z.strictObject({ key: z.string(), operator: z.enum(['Exists', 'Equal']), effect: z.string() });
/** ComponentExtensionSpec and PodSpec, as PredictorSpec has both inline. */
const scaling = {
  minReplicas: z.number().int(),
  maxReplicas: z.number().int(),
  scaleMetric: z.enum(['cpu', 'memory', 'concurrency', 'rps']),
  scaleTarget: z.number().int(),
  containerConcurrency: z.number().int(),
  timeout: z.number().int(),
  canaryTrafficPercent: z.number().int().min(0).max(100).optional(),
  tolerations: z.array(toleration).optional(),
};
const container = z.strictObject({
  name: z.literal('kserve-container'),
  image: z.string(),
  ports: z.array(z.strictObject({ containerPort: z.number().int(), protocol: z.literal('TCP') })).length(1),
  readinessProbe: probe,
  livenessProbe: probe,
  resources,
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    runAsNonRoot: z.literal(true),
    runAsUser: z.number().int(),
    runAsGroup: z.number().int(),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
    seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
  }),
  volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string() })),
});
const model = z.strictObject({
  modelFormat: z.strictObject({ name: z.literal('triton') }),
  protocolVersion: z.literal('v2'),
  storageUri: z.string(),
  resources,
});

const inferenceService = z.strictObject({
  apiVersion: z.literal('serving.kserve.io/v1beta1'),
  kind: z.literal('InferenceService'),
  metadata,
  spec: z.strictObject({
    predictor: z.union([
      z.strictObject({
        ...scaling,
        terminationGracePeriodSeconds: z.number().int(),
        containers: z.tuple([container]),
        volumes: z.array(z.strictObject({ name: z.string(), emptyDir: z.strictObject({ sizeLimit: z.string() }) })),
      }),
      z.strictObject({ ...scaling, model }),
    ]),
  }),
});

const serviceMonitor = z.strictObject({
  apiVersion: z.literal('monitoring.coreos.com/v1'),
  kind: z.literal('ServiceMonitor'),
  metadata,
  spec: z.strictObject({
    selector: z.strictObject({ matchLabels: z.record(z.string(), z.string()) }),
    endpoints: z.array(
      z.strictObject({ port: z.string(), path: z.string(), interval: duration, scrapeTimeout: duration }),
    ),
  }),
});

const prometheusRule = z.strictObject({
  apiVersion: z.literal('monitoring.coreos.com/v1'),
  kind: z.literal('PrometheusRule'),
  metadata,
  spec: z.strictObject({
    groups: z.array(
      z.strictObject({
        name: z.string().min(1),
        rules: z.array(
          z.strictObject({
            alert: z.string(),
            expr: z.string(),
            for: duration,
            labels: z.record(z.string(), z.string()),
            annotations: z.record(z.string(), z.string()),
          }),
        ),
      }),
    ),
  }),
});

export const customResources: Readonly<Record<string, z.ZodType>> = {
  InferenceService: inferenceService,
  ServiceMonitor: serviceMonitor,
  PrometheusRule: prometheusRule,
};
