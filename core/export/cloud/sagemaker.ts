import { imageLayout } from '../imageLayout.ts';
import { latencyTargetMs } from '../kubernetes/manifests.ts';
import type { ExportFile } from '../target.ts';
import { deploymentFile, type TargetFacts } from '../targetFacts.ts';
import { machineFor } from './machines.ts';
import { jsonText, versionName } from './names.ts';
import { sagemakerTerraform } from './terraform/sagemaker.ts';

/** Where SageMaker asks, which is not for us to choose. */
export const sagemakerPort = 8080;
/** Not known here: whose account, and where the image lies in its registry. */
const role = 'arn:aws:iam::123456789012:role/REPLACE-WITH-YOUR-ROLE';

/** Requests of the AWS CLI (`--cli-input-json`), and a Terraform module that does the same. */
export function sagemakerFiles(facts: TargetFacts): readonly ExportFile[] {
  const folder = 'cloud/sagemaker';
  const file = (name: string, value: object) => deploymentFile(`${folder}/${name}`, jsonText(value));
  const model = `${facts.name}-${versionName(facts.version)}`.slice(0, 63).replace(/-+$/, '');
  return [
    file('create-model.json', createModel(facts, model)),
    file('create-endpoint-config.json', endpointConfig(facts, model)),
    file('create-endpoint.json', { EndpointName: facts.name, EndpointConfigName: model, Tags: tags(facts) }),
    file('register-scalable-target.json', scalableTarget(facts)),
    file('put-scaling-policy.json', scalingPolicy(facts)),
    ...Object.entries(sagemakerTerraform).map(([name, text]) => deploymentFile(`${folder}/terraform/${name}`, text)),
    file('terraform/pipeline.auto.tfvars.json', {
      name: facts.name,
      title: facts.title,
      pipeline_version: versionName(facts.version),
      image: facts.image,
      instance_type: machineFor('sagemaker', facts),
      min_instances: facts.minReplicas,
      max_instances: facts.maxReplicas,
      invocations_per_instance: perMinute(facts),
      startup_seconds: startSeconds(facts),
      latency_alarm_ms: latencyTargetMs(facts),
      environment: environment(),
    }),
  ];
}

function createModel(facts: TargetFacts, model: string): object {
  return {
    ModelName: model,
    PrimaryContainer: { Image: facts.image, Environment: environment() },
    ExecutionRoleArn: role,
    // The server calls nothing.
    EnableNetworkIsolation: true,
    Tags: tags(facts),
  };
}

function endpointConfig(facts: TargetFacts, model: string): object {
  return {
    EndpointConfigName: model,
    ProductionVariants: [
      {
        VariantName: versionName(facts.version),
        ModelName: model,
        InitialInstanceCount: facts.minReplicas,
        InstanceType: machineFor('sagemaker', facts),
        InitialVariantWeight: 1,
        ContainerStartupHealthCheckTimeoutInSeconds: startSeconds(facts),
      },
    ],
    Tags: tags(facts),
  };
}

function resource(facts: TargetFacts): object {
  return {
    ServiceNamespace: 'sagemaker',
    ResourceId: `endpoint/${facts.name}/variant/${versionName(facts.version)}`,
    ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
  };
}

function scalableTarget(facts: TargetFacts): object {
  return { ...resource(facts), MinCapacity: facts.minReplicas, MaxCapacity: facts.maxReplicas };
}

function scalingPolicy(facts: TargetFacts): object {
  return {
    PolicyName: `${facts.name}-invocations`,
    ...resource(facts),
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: perMinute(facts),
      PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
      ScaleOutCooldown: 60,
      ScaleInCooldown: 300,
    },
  };
}

/** Seven tenths of what one copy answered, a minute; a guess of ten a second where nothing was measured. */
function perMinute({ resources }: TargetFacts): number {
  return Math.max(1, Math.round(0.7 * 60 * (resources.perSecond ?? 10)));
}

/** SageMaker takes 60 to 3600. */
function startSeconds({ resources }: TargetFacts): number {
  return Math.min(3600, Math.max(60, resources.startSeconds));
}

function environment(): Readonly<Record<string, string>> {
  return { [imageLayout.variables.port]: String(sagemakerPort) };
}

/** AWS takes letters, digits, spaces and few signs in the values of tags, at most 256 of them. */
function tags(facts: TargetFacts): readonly object[] {
  const title = facts.title.replace(/[^\p{L}\p{N}\p{Zs}_.:/=+\-@]+/gu, ' ').trim();
  const named = title === '' ? [] : [{ Key: 'tributary:pipeline', Value: title.slice(0, 256) }];
  return [...named, { Key: 'tributary:version', Value: facts.version }];
}
