import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { chartVersion } from '../../../../core/export/helm/chart.ts';
import { templates } from '../../../../core/export/helm/templates.ts';
import { kubernetes } from '../../../../core/export/kubernetes/target.ts';
import { titleOf } from '../../../../core/export/names.ts';
import { tempFolder } from '../../../temp-folder.ts';
import { inputOf, renamed, textOf } from '../exportInput.ts';
import { hostileText } from '../hostile.ts';
import { isKubernetesKind, manifestOf, validate } from '../kubernetes/kubernetesModels.ts';
import { writeFiles } from '../writeFiles.ts';

const hasHelm = spawnSync('helm', ['version']).status === 0;
const folder = 'helm/picture-classifier';

/** After https://helm.sh/docs/topics/charts/#the-chartyaml-file. */
const chartSchema = z.strictObject({
  apiVersion: z.literal('v2'),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  description: z.string(),
  type: z.literal('application'),
  version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/),
  appVersion: z.string(),
  kubeVersion: z.string(),
});

it('values.yaml holds to its own schema, which refuses what a person gets wrong', async () => {
  const files = kubernetes.files(await inputOf('picture-classifier'), {});
  const valid = new Ajv({ strict: false }).compile(JSON.parse(textOf(files, `${folder}/values.schema.json`)));
  const values = parse(textOf(files, `${folder}/values.yaml`), { version: '1.1' });
  expect(valid(values), JSON.stringify(valid.errors)).toBe(true);
  for (const wrong of [
    { ...values, replicas: 'two' },
    { ...values, autoscalling: {} },
    { ...values, image: { ...values.image, tag: 'a b' } },
    { ...values, service: { ...values.service, type: 'External' } },
  ])
    expect(valid(wrong)).toBe(false);
});

it('no text of a pipeline stands in a template: they are the same for every pipeline (fault 94)', async () => {
  const input = await inputOf('picture-classifier');
  fc.assert(
    fc.property(hostileText, (text) => {
      const files = kubernetes.files(renamed(input, text), {});
      for (const [name, constant] of Object.entries(templates))
        expect(textOf(files, `${folder}/templates/${name}`)).toBe(constant);
      const chart = chartSchema.parse(parse(textOf(files, `${folder}/Chart.yaml`), { version: '1.1' }));
      expect(chart.description).toBe(`Tributary pipeline: ${titleOf(text, 200)}`);
      const values = parse(textOf(files, `${folder}/values.yaml`), { version: '1.1' });
      expect(values.annotations).toEqual({ 'tributary/pipeline': titleOf(text, 200) });
    }),
    { numRuns: 30 },
  );
});

it('every value that a template asks for is there', async () => {
  const values = parse(textOf(kubernetes.files(await inputOf('picture-classifier'), {}), `${folder}/values.yaml`));
  const asked = new Set(Object.values(templates).flatMap((text) => text.match(/\.Values(\.\w+)+/g) ?? []));
  expect(asked.size).toBeGreaterThan(25);
  for (const name of asked) {
    const steps = name.split('.').slice(2);
    const found = steps.reduce<unknown>((value, step) => z.record(z.string(), z.unknown()).parse(value)[step], values);
    expect(found, name).toBeDefined();
  }
});

it('a version becomes one of Semantic Versioning', () => {
  expect(['1', 'v2.1', '1.2.3', '1.2.3-rc1', '007', '2026-11-21', 'main'].map(chartVersion)).toEqual([
    '1.0.0',
    '2.1.0',
    '1.2.3',
    '1.2.3-rc1',
    '0.1.0',
    '0.1.0',
    '0.1.0',
  ]);
});

it.runIf(hasHelm)('Helm lints the chart, and renders what Kubernetes takes', async () => {
  const place = tempFolder();
  writeFiles(place, kubernetes.files(renamed(await inputOf('picture-classifier'), 'no: {{ "x" }} $(y) # z'), {}));
  const chart = path.join(place, folder);
  expect(spawnSync('helm', ['lint', '--strict', chart]).status).toBe(0);
  const { stdout } = spawnSync('helm', ['template', 'x', chart, '--set', 'gpu.enabled=true'], { encoding: 'utf8' });
  const manifests = parseAllDocuments(stdout).map((document) => manifestOf(document.toJS()));
  expect(manifests.length).toBeGreaterThan(5);
  for (const manifest of manifests.filter(isKubernetesKind)) validate(manifest);
});
