import type { ExportFile } from '../target.ts';
import { deploymentFile, type TargetFacts } from '../targetFacts.ts';
import { machineFor } from './machines.ts';
import { jsonText, shortName, versionName } from './names.ts';
import { vertexTerraform } from './terraform/vertex.ts';

/** Where the server answers Vertex. */
const routes = { health: '/vertex/health', predict: '/vertex/predict' } as const;
const card = { acceleratorType: 'NVIDIA_L4', acceleratorCount: 1 } as const;

/** Bodies of Vertex AI's REST API (v1), and a Terraform module that does the same. */
export function vertexFiles(facts: TargetFacts): readonly ExportFile[] {
  const folder = 'cloud/vertex';
  const file = (name: string, value: object) => deploymentFile(`${folder}/${name}`, jsonText(value));
  const { resources } = facts;
  return [
    file('upload-model.json', uploadModel(facts)),
    file('create-endpoint.json', { displayName: displayName(facts), labels: { tributary: facts.name } }),
    file('deploy-model.json', deployModel(facts)),
    ...Object.entries(vertexTerraform).map(([name, text]): ExportFile => {
      const written = deploymentFile(`${folder}/terraform/${name}`, text);
      return name.endsWith('.sh') ? { ...written, mode: 0o755 } : written;
    }),
    file('terraform/pipeline.auto.tfvars.json', {
      name: facts.name,
      title: facts.title,
      pipeline_version: versionName(facts.version),
      image: facts.image,
      http_port: facts.httpPort,
      health_route: routes.health,
      predict_route: routes.predict,
      machine_type: machineFor('vertex', facts),
      accelerator: facts.gpu ? 'type=nvidia-l4,count=1' : '',
      min_replicas: facts.minReplicas,
      max_replicas: facts.maxReplicas,
      startup_seconds: resources.startSeconds,
    }),
  ];
}

function displayName({ title, name }: TargetFacts): string {
  return title === '' ? name : Array.from(title).slice(0, 100).join('');
}

/** POST …/models:upload */
function uploadModel(facts: TargetFacts): object {
  return {
    modelId: shortName(facts.name, 63),
    model: {
      displayName: displayName(facts),
      versionAliases: [versionName(facts.version)],
      labels: { tributary: facts.name },
      containerSpec: {
        imageUri: facts.image,
        ports: [{ containerPort: facts.httpPort }],
        healthRoute: routes.health,
        predictRoute: routes.predict,
        deploymentTimeout: `${facts.resources.startSeconds}s`,
      },
    },
  };
}

/** POST …/endpoints/ENDPOINT:deployModel; PROJECT and REGION are yours. */
function deployModel(facts: TargetFacts): object {
  return {
    deployedModel: {
      model: `projects/PROJECT/locations/REGION/models/${shortName(facts.name, 63)}@${versionName(facts.version)}`,
      displayName: displayName(facts),
      dedicatedResources: {
        machineSpec: { machineType: machineFor('vertex', facts), ...(facts.gpu ? card : {}) },
        minReplicaCount: facts.minReplicas,
        maxReplicaCount: facts.maxReplicas,
        autoscalingMetricSpecs: [
          { metricName: 'aiplatform.googleapis.com/prediction/online/cpu/utilization', target: 70 },
        ],
      },
    },
    // "0" stands for what is deployed by this request.
    trafficSplit: { '0': 100 },
  };
}
