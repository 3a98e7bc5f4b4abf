import { plainMarkdown } from '../markdown.ts';
import { bullets, commands, page } from '../markdownPage.ts';
import type { TargetFacts } from '../targetFacts.ts';
import { machineFor } from './machines.ts';
import { shortName, versionName } from './names.ts';

/** One image, three clouds and a machine of one's own: what each wants, and the commands. */
export function cloudReadme(facts: TargetFacts): string {
  const { name, image, httpPort } = facts;
  const version = versionName(facts.version);
  const endpoint = shortName(name, 32);
  return page([
    `# ${plainMarkdown(facts.title)} in a cloud, or on a machine of your own`,
    '',
    'The image of this bundle meets the contracts of SageMaker, Vertex AI and Azure ML as it is. Build it, and push it to the registry that your cloud reads; where that gives it another name, say so by `--set image=…` at the export or by the variable `image` of Terraform.',
    '',
    ...commands([`docker build --tag ${image} .`, `docker push ${image}`]),
    '',
    "Each folder has what the cloud's own command takes, and a Terraform module that does the same. What is of this pipeline stands in `terraform/pipeline.auto.tfvars.json`, which Terraform reads by itself; the modules are the same for every pipeline.",
    '',
    `## SageMaker (\`cloud/sagemaker\`), ${machineFor('sagemaker', facts)}`,
    '',
    ...commands([
      'terraform -chdir=cloud/sagemaker/terraform init',
      'terraform -chdir=cloud/sagemaker/terraform apply',
      `aws sagemaker-runtime invoke-endpoint --endpoint-name ${name} --content-type application/json --body fileb://request.json answer.json`,
    ]),
    '',
    ...bullets([
      'Without Terraform: put your role into `create-model.json`, then `aws sagemaker create-model --cli-input-json file://cloud/sagemaker/create-model.json`, and so on in the order create-model, create-endpoint-config, create-endpoint, and `aws application-autoscaling` for the other two.',
      'A canary: `-var canary_image=…` puts a second variant beside the first with a tenth of the traffic. An update is rolled back by itself on answers of 5xx or a p95 over what was measured.',
      'The server listens on 8080 there, whatever the bundle says: SageMaker asks nowhere else. A request may take 60 s and 25 MB.',
      "The image does not run as root. SageMaker's documents still name root; should your account insist, build with `--build-arg` of your own base and `USER root`.",
    ]),
    '',
    `## Vertex AI (\`cloud/vertex\`), ${machineFor('vertex', facts)}`,
    '',
    ...commands([
      'gcloud auth login && terraform -chdir=cloud/vertex/terraform init',
      'terraform -chdir=cloud/vertex/terraform apply -var project=PROJECT',
      'gcloud ai endpoints predict ENDPOINT --region=europe-west4 --json-request=request.json',
    ]),
    '',
    ...bullets([
      "Google's provider for Terraform cannot upload a model of one's own image, so the module calls `gcloud` for that and for the deployment (`upload.sh`, `deploy.sh`).",
      'A canary: `-var traffic_percent=10` when the next version is deployed; the rest stays with what is there.',
      'A request and its answer may have 1.5 MB on a shared public endpoint: send small pictures, or use a dedicated one.',
      'Without Terraform: the three JSON files are bodies of the REST API (`models:upload`, `endpoints`, `endpoints/…:deployModel`).',
    ]),
    '',
    `## Azure ML (\`cloud/azure\`), ${machineFor('azure', facts)}`,
    '',
    ...commands([
      'az ml environment create -f cloud/azure/environment.yml && az ml online-endpoint create -f cloud/azure/endpoint.yml',
      'az ml online-deployment create -f cloud/azure/deployment.yml --all-traffic',
      `az ml online-endpoint invoke --name ${endpoint} --request-file request.json`,
    ]),
    '',
    ...bullets([
      `A canary: export the next version, create its deployment without \`--all-traffic\`, then \`az ml online-endpoint update --name ${endpoint} --traffic "${version}=90 version-next=10"\`.`,
      'Or `terraform -chdir=cloud/azure/terraform apply -var workspace_id=…`.',
      "The image must lie in a registry that the workspace's identity may pull from.",
    ]),
    '',
    '## A machine of your own (`cloud/machine`)',
    '',
    ...commands([
      `docker save ${image} | ssh HOST docker load`,
      'terraform -chdir=cloud/machine/terraform init',
      'terraform -chdir=cloud/machine/terraform apply -var host=HOST',
    ]),
    '',
    ...bullets([
      'The module needs SSH and no provider. It writes a systemd unit (`tributary@.service`) and its settings, starts it and waits until it is ready.',
      `Or give \`cloud-init.yaml\` to a new machine, wherever it is made. Then: \`curl http://HOST:${httpPort}/readyz\`.`,
    ]),
    '',
    '## Where the numbers come from',
    '',
    ...bullets(facts.resources.because.map(plainMarkdown)),
  ]);
}
