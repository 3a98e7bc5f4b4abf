import type { Checked } from '../../check/checked.ts';
import type { PartInput, PartModel, PartOutput } from '../../define/partFile.ts';
import type { OutsideNode } from '../../lower/compile.ts';
import { codeMarkdown as code, plainMarkdown as plain } from '../markdown.ts';
import type { ExportInput } from '../target.ts';
import { clientName } from './client.ts';
import { argumentOf, leftToCaller } from './clientData.ts';
import type { ModelConfig } from './modelConfig.ts';
import type { TritonOptions } from './options.ts';
import type { Entry, Repository, RepositoryModel } from './repository.ts';
import { sizingReasons } from './sizing.ts';

type Told = Pick<ExportInput, 'title' | 'checked' | 'options' | 'profile' | 'serving'>;

/** Folder of the model repository: nothing else may lie in it. */
export const repositoryFolder = 'models';
export const clientFolder = 'client';

/** What the repository is, how it is served and asked, and what is left to whoever asks: Markdown. */
export function readmeOf(
  repository: Repository,
  outside: readonly OutsideNode[],
  told: Told,
  options: TritonOptions,
): string {
  const { entries, models } = repository;
  const lines = [
    `# ${plain(told.title)}, for Triton Inference Server`,
    '',
    `${code(`${repositoryFolder}/`)} is a model repository. Ask ${entries.map(({ model }) => code(model)).join(', ')}; ${entries.some(({ steps }) => steps.length > 0) ? 'the other models are its steps' : 'it is one model'}.`,
    '',
    '## Serve',
    '',
    '```sh',
    'docker run --rm -p 8000:8000 -p 8001:8001 -p 8002:8002 \\',
    `  -v "$PWD/${repositoryFolder}:/models:ro" nvcr.io/nvidia/tritonserver:26.07-py3 \\`,
    '  tritonserver --model-repository=/models',
    '```',
    '',
    `Add ${code('--gpus all')} for GPUs. On KServe, the folder is the ${code('storageUri')} of a predictor with the ${code('triton')} runtime.`,
    `The newest operator set here is ${repository.opset}. Triton knows opset 18 from 23.04 on (ONNX Runtime 1.14)${repository.opset > 18 ? '; for a newer one see which ONNX Runtime a release of Triton has' : ''}.`,
    '',
    '## Ask',
    '',
    '```sh',
    ...entries.map((entry, at) => usageLine(entry, told.checked, at > 0)),
    '```',
    '',
    `${code(`${clientFolder}/${clientName}`)} speaks the Open Inference Protocol (v2) over HTTP with binary tensors; it needs numpy, and Pillow, soundfile or tokenizers for what it is given.`,
    ...entries.flatMap((entry) => entryLines(entry, told.checked)),
    ...outsideLines(outside, told.checked),
    '',
    '## The models',
    '',
    '| Model | Does the work of | Items at once | Instances | Warmed up |',
    '| --- | --- | --- | --- | --- |',
    ...models.map(modelRow),
    ...adaptedLines(models),
    '',
    '## Why these figures',
    '',
    ...sizingReasons(told, options).map((reason) => `- ${plain(reason)}`),
    '',
    `A new version goes into a folder beside ${code(`${options.modelVersion}/`)}; only the newest is served (${code('version_policy')}).`,
    ...licenceLines(entries),
  ];
  return `${lines.join('\n')}\n`;
}

function usageLine({ model, part }: Entry, checked: Checked, named: boolean): string {
  const given = new Map<string, string>();
  for (const input of part.inputs) {
    const name = argumentOf(input, checked);
    const example = { image: 'picture.jpg', audio: 'sound.wav' }[String(input.type.kind)];
    const text = input.before.length > 0 && input.name !== name && example === undefined;
    const argument = `${name}=${example ?? (text ? '@text.txt' : 'values.npy')}`;
    given.set(name, input.present === null ? argument : `[${argument}]`);
  }
  const words = ['python', `${clientFolder}/${clientName}`, ...(named ? ['--model', model] : []), ...given.values()];
  return words.join(' ').replace(/\s+/g, ' ');
}

function entryLines({ model, part, maxBatch, inputs, outputs, steps }: Entry, checked: Checked): readonly string[] {
  const shapes = new Map([...inputs, ...outputs].map(({ name, shape }) => [name, shape]));
  const form = (name: string): string => {
    const shape = shapes.get(name) ?? [];
    const dims = shape.map((dim) => (typeof dim === 'number' || dim === 'items' ? String(dim) : '?'));
    return `[${(dims.length === 1 && dims[0] === 'items' ? ['items', '1'] : dims).join(', ')}]`;
  };
  return [
    '',
    `## ${plain(model)}`,
    '',
    ...(steps.length > 0 ? [`Steps: ${steps.map(code).join(', ')}.`, ''] : []),
    maxBatch > 0
      ? `Takes up to ${maxBatch} items in one request, along the first axis of every tensor (\`items\`); requests of the same sizes are joined.`
      : `Takes one item in a request${part.oneItemBecause.length === 0 ? '' : `: ${part.oneItemBecause.map(plain).join('; ')}`}.`,
    '',
    '### Takes',
    '',
    ...part.inputs.flatMap((input) => inputLines(input, checked, form)),
    '',
    '### Gives',
    '',
    ...part.outputs.flatMap((output) => outputLines(output, form)),
    ...(part.leftOut.length === 0 ? [] : ['', `Other than in the pipeline: ${part.leftOut.map(plain).join('; ')}.`]),
  ];
}

function inputLines(input: PartInput, checked: Checked, form: (name: string) => string): readonly string[] {
  const { name, doc, type, toRgb, opaque, tensors, present, before } = input;
  const rest = leftToCaller(input, checked);
  const kinds: Readonly<Record<string, string>> = {
    image: `A decoded picture${toRgb || (type.kind === 'image' && type.colour === 'rgb') ? ' in RGB, without alpha' : type.kind === 'image' ? ` in ${type.colour}` : ''}, turned as its EXIF says${opaque === true ? '; not partly transparent' : ''}.`,
    audio: type.kind === 'audio' ? `Sound from -1 to 1, ${type.sampleRateHz} Hz.` : '',
  };
  return [
    `- ${code(name)}: ${[plain(doc), kinds[type.kind] ?? ''].filter((part) => part !== '').join(' ')}`,
    ...(before.length === 0 ? [] : [`  - In front of it: ${before.map(({ title }) => plain(title)).join(', then ')}.`]),
    ...(rest.length === 0 ? [] : [`  - The client does not do: ${rest.map(plain).join(', ')}.`]),
    ...tensors.map((tensor) => `  - ${code(tensor.name)}: ${code(`${tensor.dtype} ${form(tensor.name)}`)}`),
    ...(present === null
      ? []
      : [
          `  - ${code(present)}: ${code(`bool ${form(present)}`)}, false where it is missing. Triton wants its tensors all the same: send zeros, of 64 where a size is free.`,
        ]),
  ];
}

function outputLines(
  { name, doc, carried, tensors, present }: PartOutput,
  form: (name: string) => string,
): readonly string[] {
  const labels =
    'labels' in carried && carried.labels !== null ? ` Labels: ${carried.labels.map(plain).join(', ')}.` : '';
  return [
    `- ${code(name)}: ${plain(doc)}${carried.kind === 'scores' ? ` They are ${carried.form}.` : ''}${labels}`,
    ...tensors.map((tensor) => `  - ${code(tensor.name)}: ${code(`${tensor.dtype} ${form(tensor.name)}`)}`),
    ...(present === null
      ? []
      : [`  - ${code(present)}: ${code(`bool ${form(present)}`)}, false where there is no answer`]),
  ];
}

/** What the pipeline does, and this server does not. */
function outsideLines(outside: readonly OutsideNode[], checked: Checked): readonly string[] {
  const rest = outside.filter(({ node }) => checked.nodes.get(node)?.definition.external === null);
  if (rest.length === 0) return [];
  return [
    '',
    '## What Triton does not do',
    '',
    ...rest.map(({ node, title, why, besides }) => {
      const also = besides.length === 0 ? '' : ` (for ${besides.map(code).join(', ')} only)`;
      return `- ${code(node)}, ${plain(title)}${also}: ${plain(why)}`;
    }),
    ...(rest.some(({ why }) => why.includes('--assume'))
      ? ['', `What ${code('--assume')} would say is given to an export as ${code('--set assume=…')}.`]
      : []),
  ];
}

function modelRow({ config, nodes, from }: RepositoryModel): string {
  const work = from === null ? nodes.map(code).join(', ') : `${nodes.map(code).join(', ')}: ${plain(from.path)}`;
  const what = config.kind === 'ensemble' ? 'all its steps' : work;
  const items = config.maxBatch === 0 ? 'as they come' : `up to ${config.maxBatch}${batchesOf(config)}`;
  const instances = config.kind === 'ensemble' ? '' : `${config.instances.count}, ${config.instances.kind}`;
  const warm = config.kind === 'ensemble' ? '' : config.warmUps.length > 0 ? 'yes' : 'no';
  return `| ${code(config.name)} | ${what} | ${items} | ${instances} | ${warm} |`;
}

function batchesOf(config: ModelConfig): string {
  return config.kind === 'onnx' && config.batching !== null
    ? `, joined within ${config.batching.delayMicroseconds} µs`
    : '';
}

function adaptedLines(models: readonly RepositoryModel[]): readonly string[] {
  return models.flatMap(({ config, from }) =>
    from?.adapted === true
      ? ['', `${code(config.name)} is a copy of ${code(from.path)} whose ends are plain tensors, which Triton needs.`]
      : [],
  );
}

function licenceLines(entries: readonly Entry[]): readonly string[] {
  const models = new Map<string, PartModel>();
  for (const { part } of entries) for (const model of part.models) models.set(model.path, model);
  if (models.size === 0) return [];
  return [
    '',
    '## Licences of the models',
    '',
    ...[...models.values()].map(
      ({ path, licence, source, sha256 }) =>
        `- ${code(path)}: ${plain(licence ?? 'not recorded')}${source === undefined ? '' : `, from ${plain(source)}`}, sha256 ${code(sha256)}`,
    ),
  ];
}
