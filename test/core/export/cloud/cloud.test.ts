import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { parse as parseHcl } from '@cdktf/hcl2json';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { machineFor } from '../../../../core/export/cloud/machines.ts';
import { versionName } from '../../../../core/export/cloud/names.ts';
import { cloud } from '../../../../core/export/cloud/target.ts';
import { titleOf } from '../../../../core/export/names.ts';
import type { ExportFile } from '../../../../core/export/target.ts';
import { factsOf } from '../../../../core/export/targetFacts.ts';
import { tempFolder } from '../../../temp-folder.ts';
import { inputOf, renamed, textOf } from '../exportInput.ts';
import { hostileText, hostileTexts } from '../hostile.ts';
import { writeFiles } from '../writeFiles.ts';
import { azureDeployment, azureEndpoint, azureEnvironment, cloudConfig, sagemaker, vertex } from './cloudSchemas.ts';

const modules = ['sagemaker', 'vertex', 'azure', 'machine'] as const;
const runs = (command: string, ...words: readonly string[]) => spawnSync(command, words).status === 0;
const hasTerraform = runs('terraform', 'version');
const hasBotocore = runs('python3', '-c', 'import botocore');
const hasCloudInit = runs('cloud-init', '--version');

const json = (files: readonly ExportFile[], name: string): unknown => JSON.parse(textOf(files, name));
const yaml = (files: readonly ExportFile[], name: string): unknown => {
  const read: unknown = parse(textOf(files, name), { version: '1.1' });
  expect(parse(textOf(files, name), { version: '1.2' })).toEqual(read);
  return read;
};

/** Holds every definition of every cloud to the table of its fields. */
function holdAll(files: readonly ExportFile[]): void {
  for (const [name, schema] of Object.entries(sagemaker)) schema.parse(json(files, `cloud/sagemaker/${name}.json`));
  for (const [name, schema] of Object.entries(vertex)) schema.parse(json(files, `cloud/vertex/${name}.json`));
  azureEnvironment.parse(yaml(files, 'cloud/azure/environment.yml'));
  azureEndpoint.parse(yaml(files, 'cloud/azure/endpoint.yml'));
  azureDeployment.parse(yaml(files, 'cloud/azure/deployment.yml'));
  cloudConfig.parse(yaml(files, 'cloud/machine/cloud-init.yaml'));
}

it('what is written has the fields of each cloud, on a processor and on a card', async () => {
  const input = await inputOf('event-detector');
  holdAll(cloud.files(input, {}));
  const gpu = { ...input, options: { ...input.options, device: 'cuda' as const }, version: '2.0_RC.1', profile: null };
  const files = cloud.files(gpu, {});
  holdAll(files);
  expect(json(files, 'cloud/vertex/deploy-model.json')).toMatchObject({
    deployedModel: {
      dedicatedResources: { machineSpec: { machineType: 'g2-standard-8', acceleratorType: 'NVIDIA_L4' } },
    },
  });
});

it('Terraform modules are HCL, the same for every pipeline, and each variable without a default has a value', async () => {
  const input = await inputOf('picture-classifier');
  const files = cloud.files(input, {});
  const others = cloud.files(renamed(input, hostileTexts.join(' ')), {});
  for (const name of modules) {
    const folder = `cloud/${name}/terraform`;
    for (const { path: file } of files.filter((one) => one.path.startsWith(folder) && /\.(tf|sh)$/.test(one.path)))
      expect(textOf(others, file)).toBe(textOf(files, file));
    const read = (file: string) => parseHcl(file, textOf(files, `${folder}/${file}`));
    const { variable } = z
      .object({ variable: z.record(z.string(), z.array(z.looseObject({ default: z.unknown().optional() }))) })
      .parse(await read('variables.tf'));
    const main = await read('main.tf');
    expect(Object.keys(main)).toContain('resource');
    const used = [...JSON.stringify(main).matchAll(/\bvar\.(\w+)/g)].map(([, one]) => one);
    const provider = [...JSON.stringify(await read('versions.tf')).matchAll(/\bvar\.(\w+)/g)].map(([, one]) => one);
    const outputs = [...JSON.stringify(await read('outputs.tf')).matchAll(/\bvar\.(\w+)/g)].map(([, one]) => one);
    for (const one of [...used, ...provider, ...outputs])
      expect(Object.keys(variable), `${name}: ${one}`).toContain(one);
    const given = Object.keys(
      z.record(z.string(), z.unknown()).parse(json(files, `${folder}/pipeline.auto.tfvars.json`)),
    );
    for (const one of given) expect(Object.keys(variable), `${name}: ${one}`).toContain(one);
    const asked = Object.entries(variable).flatMap(([one, [{ default: preset }]]) =>
      preset === undefined ? [one] : [],
    );
    // Whose account, and which machine: nobody here knows.
    expect(asked.filter((one) => !given.includes(one))).toEqual(
      { sagemaker: [], vertex: ['project'], azure: ['workspace_id'], machine: ['host'] }[name],
    );
  }
});

it('names stay literal in all of them (fault 94, fault 95)', async () => {
  const input = await inputOf('picture-classifier');
  fc.assert(
    fc.property(hostileText, (text) => {
      const files = cloud.files(renamed(input, text), {});
      holdAll(files);
      const title = titleOf(text, 200);
      for (const name of modules)
        expect(json(files, `cloud/${name}/terraform/pipeline.auto.tfvars.json`)).toMatchObject({ title });
      expect(yaml(files, 'cloud/azure/environment.yml')).toMatchObject({ description: title });
      const { write_files } = cloudConfig.parse(yaml(files, 'cloud/machine/cloud-init.yaml'));
      expect(write_files.find(({ path: to }) => to.endsWith('.title'))?.content).toBe(`${title}\n`);
      // AWS takes few signs in tags: what is left of a name that has others is still a tag.
      const { Tags } = sagemaker['create-model'].parse(json(files, 'cloud/sagemaker/create-model.json'));
      for (const { Value } of Tags) expect(Value).toMatch(/^[\p{L}\p{N}\p{Zs}_.:/=+\-@]+$/u);
    }),
    { numRuns: 60 },
  );
});

it('a machine is chosen by cores and memory, one with a card where there must be one', async () => {
  const input = await inputOf('picture-classifier');
  const of = (cores: number, limitMiB: number, gpu = false) => {
    const facts = factsOf(input);
    const needs = { ...facts, gpu, resources: { ...facts.resources, cores, limitMiB } };
    return [machineFor('sagemaker', needs), machineFor('vertex', needs), machineFor('azure', needs)];
  };
  expect(of(2, 1152)).toEqual(['ml.c6i.large', 'n2-standard-2', 'Standard_F2s_v2']);
  expect(of(2, 5000)).toEqual(['ml.m6i.large', 'n2-standard-2', 'Standard_DS2_v2']);
  expect(of(8, 20_000)).toEqual(['ml.m6i.2xlarge', 'n2-standard-8', 'Standard_DS4_v2']);
  expect(of(4, 4000, true)).toEqual(['ml.g5.xlarge', 'g2-standard-8', 'Standard_NC4as_T4_v3']);
});

it("a version's name is one that every cloud takes", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/), (version) => {
      expect(versionName(version)).toMatch(/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/);
    }),
  );
});

it.runIf(hasTerraform)('Terraform takes the modules as they are written, and names as they are', async () => {
  const folder = tempFolder();
  const text = hostileTexts.join(' ');
  writeFiles(folder, cloud.files(renamed(await inputOf('picture-classifier'), text), {}));
  // Its answer to a missing configuration goes to stderr; nothing is fetched: this module needs no provider.
  const terraform = (module: string, words: readonly string[], input?: string) =>
    spawnSync('terraform', [`-chdir=${path.join(folder, 'cloud', module, 'terraform')}`, ...words], {
      encoding: 'utf8',
      input,
    });
  for (const name of modules)
    expect(terraform(name, ['fmt', '-check', '-recursive', '-diff'])).toMatchObject({ status: 0, stdout: '' });
  expect(terraform('machine', ['init', '-input=false']).status).toBe(0);
  expect(terraform('machine', ['validate', '-json'])).toMatchObject({ status: 0 });
  const { stdout } = terraform('machine', ['console', '-var', 'host=x'], 'jsonencode(var.title)\n');
  expect(JSON.parse(JSON.parse(stdout))).toBe(titleOf(text, 200));
});

it.runIf(hasBotocore)("AWS' own client takes the requests", async () => {
  const folder = tempFolder();
  writeFiles(folder, cloud.files(await inputOf('picture-classifier'), {}));
  const program = `
import json, sys, botocore.session, botocore.validate
session = botocore.session.get_session()
for service, operation, name in [
    ("sagemaker", "CreateModel", "create-model"),
    ("sagemaker", "CreateEndpointConfig", "create-endpoint-config"),
    ("sagemaker", "CreateEndpoint", "create-endpoint"),
    ("application-autoscaling", "RegisterScalableTarget", "register-scalable-target"),
    ("application-autoscaling", "PutScalingPolicy", "put-scaling-policy"),
]:
    shape = session.get_service_model(service).operation_model(operation).input_shape
    report = botocore.validate.ParamValidator().validate(json.load(open(f"{sys.argv[1]}/{name}.json")), shape)
    print(report.generate_report(), end="")
`;
  expect(execFileSync('python3', ['-c', program, path.join(folder, 'cloud/sagemaker')], { encoding: 'utf8' })).toBe('');
});

it.runIf(hasCloudInit)('cloud-init takes its file', async () => {
  const folder = tempFolder();
  writeFiles(folder, cloud.files(renamed(await inputOf('picture-classifier'), hostileTexts.join(' ')), {}));
  const file = path.join(folder, 'cloud/machine/cloud-init.yaml');
  const { status, stdout } = spawnSync('cloud-init', ['schema', '--config-file', file], { encoding: 'utf8' });
  expect(stdout).toContain('Valid cloud-config');
  expect(status).toBe(0);
});
