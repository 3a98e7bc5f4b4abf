import { z } from 'zod';

/**
 * The fields that we write of each cloud's definitions, strict: a field that there is not, is an error. SageMaker after the
 * API reference (2017-07-24), Vertex AI after REST v1, Azure ML after the YAML reference of `az ml` v2.
 */
const awsName = z.string().regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
const tag = z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) });
const scalable = {
  ServiceNamespace: z.literal('sagemaker'),
  ResourceId: z.string().regex(/^endpoint\/[^/]+\/variant\/[^/]+$/),
  ScalableDimension: z.literal('sagemaker:variant:DesiredInstanceCount'),
};

export const sagemaker = {
  'create-model': z.strictObject({
    ModelName: awsName,
    PrimaryContainer: z.strictObject({ Image: z.string(), Environment: z.record(z.string(), z.string()) }),
    ExecutionRoleArn: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/),
    EnableNetworkIsolation: z.boolean(),
    Tags: z.array(tag).max(50),
  }),
  'create-endpoint-config': z.strictObject({
    EndpointConfigName: awsName,
    ProductionVariants: z.array(
      z.strictObject({
        VariantName: awsName,
        ModelName: awsName,
        InitialInstanceCount: z.number().int().min(1),
        InstanceType: z.string().startsWith('ml.'),
        InitialVariantWeight: z.number().min(0),
        ContainerStartupHealthCheckTimeoutInSeconds: z.number().int().min(60).max(3600),
      }),
    ),
    Tags: z.array(tag),
  }),
  'create-endpoint': z.strictObject({ EndpointName: awsName, EndpointConfigName: awsName, Tags: z.array(tag) }),
  'register-scalable-target': z.strictObject({
    ...scalable,
    MinCapacity: z.number().int().min(0),
    MaxCapacity: z.number().int().min(1),
  }),
  'put-scaling-policy': z.strictObject({
    PolicyName: z.string().min(1).max(256),
    ...scalable,
    PolicyType: z.literal('TargetTrackingScaling'),
    TargetTrackingScalingPolicyConfiguration: z.strictObject({
      TargetValue: z.number().positive(),
      PredefinedMetricSpecification: z.strictObject({
        PredefinedMetricType: z.literal('SageMakerVariantInvocationsPerInstance'),
      }),
      ScaleOutCooldown: z.number().int(),
      ScaleInCooldown: z.number().int(),
    }),
  }),
} as const;

const googleLabels = z.record(z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/), z.string().regex(/^[a-z0-9_-]{0,63}$/));
const displayName = z.string().min(1).max(128);

export const vertex = {
  'upload-model': z.strictObject({
    modelId: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/),
    model: z.strictObject({
      displayName,
      versionAliases: z.array(z.string().regex(/^[a-z][a-zA-Z0-9-]{0,126}[a-z0-9]$/)),
      labels: googleLabels,
      containerSpec: z.strictObject({
        imageUri: z.string(),
        ports: z.array(z.strictObject({ containerPort: z.number().int() })).length(1),
        healthRoute: z.string().startsWith('/'),
        predictRoute: z.string().startsWith('/'),
        deploymentTimeout: z.string().regex(/^\d+s$/),
      }),
    }),
  }),
  'create-endpoint': z.strictObject({ displayName, labels: googleLabels }),
  'deploy-model': z.strictObject({
    deployedModel: z.strictObject({
      model: z.string().regex(/^projects\/[^/]+\/locations\/[^/]+\/models\/[^/@]+@[^/@]+$/),
      displayName,
      dedicatedResources: z.strictObject({
        machineSpec: z.strictObject({
          machineType: z.string(),
          acceleratorType: z.literal('NVIDIA_L4').optional(),
          acceleratorCount: z.number().int().optional(),
        }),
        minReplicaCount: z.number().int().min(1),
        maxReplicaCount: z.number().int().min(1),
        autoscalingMetricSpecs: z.array(
          z.strictObject({
            metricName: z.enum([
              'aiplatform.googleapis.com/prediction/online/cpu/utilization',
              'aiplatform.googleapis.com/prediction/online/accelerator/duty_cycle',
            ]),
            target: z.number().int().min(1).max(100),
          }),
        ),
      }),
    }),
    trafficSplit: z.record(z.string().regex(/^\d+$/), z.number().int().min(0).max(100)),
  }),
} as const;

const azureTags = z.record(z.string().max(512), z.string().max(256));
const route = z.strictObject({ port: z.number().int(), path: z.string().startsWith('/') });
const azureProbe = z.strictObject({
  initial_delay: z.number().int().min(0),
  period: z.number().int().min(1),
  timeout: z.number().int().min(1),
  success_threshold: z.number().int().min(1),
  failure_threshold: z.number().int().min(1),
});

export const azureEnvironment = z.strictObject({
  $schema: z.literal('https://azuremlschemas.azureedge.net/latest/environment.schema.json'),
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/),
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,29}$/),
  description: z.string(),
  image: z.string(),
  tags: azureTags,
  inference_config: z.strictObject({ liveness_route: route, readiness_route: route, scoring_route: route }),
});

export const azureEndpoint = z.strictObject({
  $schema: z.literal('https://azuremlschemas.azureedge.net/latest/managedOnlineEndpoint.schema.json'),
  name: z.string().regex(/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/),
  description: z.string(),
  auth_mode: z.enum(['key', 'aml_token', 'aad_token']),
  tags: azureTags,
});

export const azureDeployment = z.strictObject({
  $schema: z.literal('https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json'),
  name: z.string().regex(/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/),
  endpoint_name: z.string(),
  description: z.string(),
  environment: z.string().regex(/^azureml:[^:]+:[^:]+$/),
  instance_type: z.string().startsWith('Standard_'),
  instance_count: z.number().int().min(1),
  request_settings: z.strictObject({
    request_timeout_ms: z.number().int().max(180_000),
    max_concurrent_requests_per_instance: z.number().int().min(1),
  }),
  liveness_probe: azureProbe,
  readiness_probe: azureProbe,
  tags: azureTags,
});

export const cloudConfig = z.strictObject({
  package_update: z.boolean(),
  packages: z.array(z.string()),
  write_files: z.array(
    z.strictObject({ path: z.string().startsWith('/'), permissions: z.string(), content: z.string() }),
  ),
  runcmd: z.array(z.array(z.string())),
});
