const text = { type: 'string', minLength: 1 } as const;
const labels = { type: 'object', additionalProperties: { type: 'string' } } as const;
const amounts = { type: 'object', additionalProperties: { type: ['string', 'number'] } } as const;
const switched = (properties: object) => ({
  type: 'object',
  required: ['enabled'],
  properties: { enabled: { type: 'boolean' }, ...properties },
});

/** JSON Schema of values.yaml: Helm holds what a person changes against it. */
export const valuesSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  additionalProperties: false,
  required: ['image', 'resources', 'autoscaling', 'service', 'labels', 'selector', 'annotations', 'pod', 'container'],
  properties: {
    global: { type: 'object' },
    image: {
      type: 'object',
      additionalProperties: false,
      required: ['repository', 'tag', 'pullPolicy'],
      properties: {
        repository: text,
        tag: { ...text, pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$' },
        digest: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
        pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
      },
    },
    imagePullSecrets: {
      type: 'array',
      items: { type: 'object', required: ['name'], properties: { name: text }, additionalProperties: false },
    },
    replicas: { type: 'integer', minimum: 1 },
    resources: {
      type: 'object',
      required: ['requests', 'limits'],
      properties: { requests: amounts, limits: amounts },
    },
    gpu: switched({ limits: amounts, tolerations: { type: 'array' } }),
    env: { type: 'array', items: { type: 'object', required: ['name'] } },
    autoscaling: switched({
      minReplicas: { type: 'integer', minimum: 1 },
      maxReplicas: { type: 'integer', minimum: 1 },
      metrics: { type: 'array', items: { type: 'object', required: ['type'] } },
      behavior: { type: 'object' },
    }),
    disruptionBudget: switched({}),
    networkPolicy: switched({ policyTypes: { type: 'array' }, ingress: { type: 'array' }, egress: { type: 'array' } }),
    service: {
      type: 'object',
      required: ['type', 'ports'],
      properties: {
        type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
        ports: { type: 'array', minItems: 1, items: { type: 'object', required: ['name', 'port', 'targetPort'] } },
      },
    },
    monitoring: {
      type: 'object',
      required: ['serviceMonitor', 'rules', 'dashboard'],
      properties: {
        serviceMonitor: switched({ endpoints: { type: 'array' } }),
        rules: switched({ groups: { type: 'array' } }),
        dashboard: switched({ labels }),
      },
    },
    nodeSelector: labels,
    tolerations: { type: 'array' },
    podLabels: labels,
    podAnnotations: labels,
    labels,
    selector: labels,
    annotations: labels,
    rollout: { type: 'object' },
    pod: { type: 'object' },
    container: { type: 'object' },
  },
} as const;
