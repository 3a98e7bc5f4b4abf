import type { ExportFile } from '../target.ts';
import { deploymentFile, type TargetFacts } from '../targetFacts.ts';
import { yamlOf } from '../yaml.ts';
import { machineFor } from './machines.ts';
import { jsonText, shortName, versionName } from './names.ts';
import { azureTerraform } from './terraform/azure.ts';

const schemas = 'https://azuremlschemas.azureedge.net/latest';
/** Where the server answers Azure ML. */
const paths = { live: '/score/live', ready: '/score/ready', score: '/score' } as const;

/** Files for `az ml` (version 2), and a Terraform module that does the same. */
export function azureFiles(facts: TargetFacts): readonly ExportFile[] {
  const folder = 'cloud/azure';
  // An endpoint's name is one for the whole region, so Azure may ask for another.
  const endpoint = shortName(facts.name, 32);
  const deployment = versionName(facts.version);
  const file = (name: string, value: object) => deploymentFile(`${folder}/${name}`, yamlOf([value]));
  return [
    file('environment.yml', environment(facts)),
    file('endpoint.yml', {
      $schema: `${schemas}/managedOnlineEndpoint.schema.json`,
      name: endpoint,
      description: facts.title,
      auth_mode: 'key',
      tags: tags(facts),
    }),
    file('deployment.yml', deploymentOf(facts, endpoint, deployment)),
    ...Object.entries(azureTerraform).map(([name, text]) => deploymentFile(`${folder}/terraform/${name}`, text)),
    deploymentFile(
      `${folder}/terraform/pipeline.auto.tfvars.json`,
      jsonText({
        name: endpoint,
        title: facts.title,
        deployment,
        image: facts.image,
        http_port: facts.httpPort,
        live_path: paths.live,
        ready_path: paths.ready,
        score_path: paths.score,
        instance_type: machineFor('azure', facts),
        instance_count: facts.minReplicas,
        concurrent_requests: concurrent(facts),
        timeout_seconds: timeoutSeconds(facts),
        startup_seconds: facts.resources.startSeconds,
      }),
    ),
  ];
}

function environment(facts: TargetFacts): object {
  const route = (path: string) => ({ port: facts.httpPort, path });
  return {
    $schema: `${schemas}/environment.schema.json`,
    name: facts.name,
    version: versionName(facts.version),
    description: facts.title,
    image: facts.image,
    tags: tags(facts),
    inference_config: {
      liveness_route: route(paths.live),
      readiness_route: route(paths.ready),
      scoring_route: route(paths.score),
    },
  };
}

function deploymentOf(facts: TargetFacts, endpoint: string, deployment: string): object {
  const { startSeconds } = facts.resources;
  return {
    $schema: `${schemas}/managedOnlineDeployment.schema.json`,
    name: deployment,
    endpoint_name: endpoint,
    description: facts.title,
    environment: `azureml:${facts.name}:${versionName(facts.version)}`,
    instance_type: machineFor('azure', facts),
    instance_count: facts.minReplicas,
    request_settings: {
      request_timeout_ms: timeoutSeconds(facts) * 1000,
      max_concurrent_requests_per_instance: concurrent(facts),
    },
    // Until it is ready it may fail every ten seconds for as long as it may take to start.
    liveness_probe: {
      initial_delay: 10,
      period: 10,
      timeout: 2,
      success_threshold: 1,
      failure_threshold: Math.max(3, Math.ceil(startSeconds / 10)),
    },
    readiness_probe: {
      initial_delay: 5,
      period: 10,
      timeout: 2,
      success_threshold: 1,
      failure_threshold: Math.max(3, Math.ceil(startSeconds / 10)),
    },
    tags: tags(facts),
  };
}

/** Azure takes three minutes at most. */
function timeoutSeconds({ deadlineMs }: TargetFacts): number {
  return Math.min(180, Math.ceil(deadlineMs / 1000) + 5);
}

/** What runs and what may wait: beyond it the server would turn requests away itself. */
function concurrent({ running, waiting }: TargetFacts): number {
  return running + waiting;
}

function tags({ title, version }: TargetFacts): Readonly<Record<string, string>> {
  return { 'tributary-pipeline': title, 'tributary-version': version };
}
