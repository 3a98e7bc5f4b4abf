import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { valueFrom } from '../../core/define/carry.ts';
import type { ExportInput } from '../../core/export/target.ts';
import { seenSizes } from '../../core/export/triton/seen.ts';
import { triton } from '../../core/export/triton/target.ts';
import type { MediaSource, Value } from '../../core/kinds/value.ts';
import type { CompiledPart } from '../../core/lower/compile.ts';
import type { Assumptions } from '../../core/lower/retype.ts';
import { answersEffect } from '../../core/profile/differences.ts';
import type { RunInputs } from '../../core/run/result.ts';
import { startEngine } from '../../host/engine/client.ts';
import type { SampleName } from '../core/export/exportInput.ts';
import { itemOf, joined, kindsOfEnds, requestFor, tensorsFor, valuesAt } from '../core/export/triton/ends.ts';
import { compiledInput, repositoryFor, sampleFolder } from '../core/export/triton/exported.ts';
import { repositoryFaults } from '../core/export/triton/tritonRules.ts';
import { type Sent, servedBy, type Tensors, Walker } from '../core/export/triton/walker.ts';

const engine = startEngine();
afterAll(() => engine.close());

function media(sample: SampleName, name: string): MediaSource {
  return { kind: 'media', path: path.join(sampleFolder(sample), 'media', name), name };
}

function each(
  sample: SampleName,
  input: string,
  files = readdirSync(path.join(sampleFolder(sample), 'media')),
): readonly RunInputs[] {
  return files.map((name) => ({ [input]: media(sample, name) }));
}

function event(name: string): RunInputs & Record<'image' | 'sound' | 'caption', MediaSource | Value> {
  const text = readFileSync(path.join(sampleFolder('event-detector'), 'media', `${name}.txt`), 'utf8');
  return {
    image: media('event-detector', `${name}.jpg`),
    sound: media('event-detector', `${name}.wav`),
    caption: { kind: 'text', text },
  };
}

const names = ['concert', 'harbour', 'match', 'parade', 'storm', 'wildfire'];

function events(): readonly RunInputs[] {
  const { image, sound, caption } = event('storm');
  return [...names.map(event), { sound, caption }, { image, caption }, { image, sound }, { image }, { caption }];
}

function lines(): readonly string[] {
  return readFileSync(path.join(sampleFolder('text-classifier'), 'media/messages.txt'), 'utf8')
    .trim()
    .split('\n');
}

function messages(): readonly RunInputs[] {
  return lines().map((text) => ({ text: { kind: 'text', text } }));
}

interface Top {
  readonly label: string;
  readonly probability: number;
}

function recorded(sample: SampleName): never {
  return JSON.parse(readFileSync(path.join(sampleFolder(sample), 'reference.json'), 'utf8')) as never;
}

function recordedPictures(): readonly Top[] {
  const { results } = recorded('picture-classifier') as {
    readonly results: Readonly<Record<string, { readonly top: readonly Top[] }>>;
  };
  return pictures.map((name) => results[name].top[0]);
}

function recordedMessages(): readonly Top[] {
  const { results } = recorded('text-classifier') as {
    readonly results: readonly { readonly text: string; readonly top: readonly Top[] }[];
  };
  return lines().map((text) => results.find((one) => one.text === text)?.top[0] as Top);
}

function recordedEvents(): readonly Top[] {
  const { showcase } = recorded('event-detector') as {
    readonly showcase: Readonly<Record<string, { readonly 'product of experts': readonly Top[] }>>;
  };
  return names.map((name) => showcase[name]['product of experts'][0]);
}

interface Case {
  readonly sample: SampleName;
  readonly inputs: () => readonly RunInputs[];
  readonly assume?: Assumptions;
  /** What another library answers, recorded: the best class of each, and its probability. */
  readonly recorded?: () => readonly Top[];
  /** Largest difference that answers may have: what a resize in float32 makes, or float32 sums in another order. */
  readonly most: number;
  readonly form?: 'one';
}
const [resized, added] = [1e-3, 1e-5];
const pictures = readdirSync(path.join(sampleFolder('picture-classifier'), 'media')).filter((name) =>
  name.endsWith('.jpg'),
);
const cases: Readonly<Record<string, Case>> = {
  'picture-classifier': {
    sample: 'picture-classifier',
    inputs: () => each('picture-classifier', 'image', pictures),
    recorded: recordedPictures,
    most: resized,
  },
  'picture-classifier as one': {
    sample: 'picture-classifier',
    inputs: () => each('picture-classifier', 'image', pictures),
    most: resized,
    form: 'one',
  },
  detector: { sample: 'detector', inputs: () => each('detector', 'image'), most: resized },
  'detector of any picture': { sample: 'detector', inputs: () => each('detector', 'image'), assume: {}, most: resized },
  'sound-classifier': {
    sample: 'sound-classifier',
    inputs: () => each('sound-classifier', 'sound', ['siren-16k.wav', 'walk-10s.wav']),
    most: added,
  },
  'sound-classifier of any sound': {
    sample: 'sound-classifier',
    inputs: () => each('sound-classifier', 'sound'),
    assume: {},
    most: added,
  },
  'text-classifier': { sample: 'text-classifier', inputs: messages, recorded: recordedMessages, most: added },
  'event-detector': { sample: 'event-detector', inputs: events, recorded: recordedEvents, most: resized },
  'event-detector as one': { sample: 'event-detector', inputs: events, most: resized, form: 'one' },
  'event-detector of any sound': { sample: 'event-detector', inputs: events, assume: {}, most: resized },
  'video-events': { sample: 'video-events', inputs: () => each('video-events', 'video', ['day.mp4']), most: resized },
};

async function seenFor(input: ExportInput, folder: string, inputs: RunInputs): Promise<ExportInput['seen']> {
  const { document } = input.checked;
  const { prints } = await engine.run({ document, folder, inputs, noSamples: true, prints: true });
  return seenSizes({ ports: { ...prints } });
}

describe.each(Object.entries(cases))('%s', (_, { sample, inputs, assume, recorded: told, most, form }) => {
  it('is a repository that Triton loads, warms up and that answers as the pipeline does', {
    timeout: 300_000,
  }, async () => {
    const folder = sampleFolder(sample);
    const plain = await compiledInput(sample, assume);
    const all = inputs();
    const input = { ...plain, seen: await seenFor(plain, folder, all[0]) };
    const options = form === undefined ? {} : { form };
    expect(triton.problems(input, options)).toEqual([]);
    const served = servedBy(triton.files(input, options));
    expect(repositoryFaults(served.configs)).toEqual([]);
    const walker = new Walker(served);
    try {
      expect(await walker.fileFaults()).toEqual([]);
      const models = [...served.configs.values()].filter((config) => config.platform !== 'ensemble');
      expect(await walker.warmUp()).toBeGreaterThanOrEqual(models.length);
      const { entries } = repositoryFor(input, options);
      expect(entries).toHaveLength(input.compiled?.parts.length ?? 0);
      for (const [at, entry] of entries.entries()) {
        const part = input.compiled?.parts[at] as CompiledPart;
        const known = new Map(entry.inputs.map((tensor) => [tensor.name, tensor.shape]));
        const requests: { readonly request: Tensors; readonly wanted: ReadonlyMap<string, Value | null> }[] = [];
        for (const given of all) {
          const values = await valuesAt(
            engine,
            plain.checked.document,
            folder,
            kindsOfEnds(entry.part, part.ends),
            given,
          );
          const count = Math.max(...[...values.values()].map((items) => items?.length ?? 0));
          for (let item = 0; item < Math.min(count, 4); item++) {
            const own = (name: string): Value | null => values.get(part.ends.get(name) ?? '')?.[item] ?? null;
            const fed = Object.fromEntries(entry.part.inputs.map(({ name }) => [name, own(name)]));
            requests.push({
              request: requestFor(entry.part, fed, known),
              wanted: new Map(entry.part.outputs.map(({ name }) => [name, own(name)])),
            });
          }
        }
        for (const [item, { request, wanted }] of requests.entries()) {
          const answers = await walker.infer(entry.model, request);
          expectAnswers(entry.part, answers, wanted, most);
          const best = told?.()[item];
          if (best !== undefined) expectBest(entry.part, answers, best);
        }
        if (entry.maxBatch > 0)
          await expectBatch(
            walker,
            entry.model,
            requests.map(({ request }) => request),
          );
        else expect(entry.part.oneItemBecause).not.toEqual([]);
      }
    } finally {
      await walker.close();
    }
  });
});

function expectAnswers(
  part: CompiledPart['file'],
  answers: Tensors,
  wanted: ReadonlyMap<string, Value | null>,
  most: number,
): void {
  const tensors = tensorsFor(part, answers);
  for (const { name, carried, present } of part.outputs) {
    const value = wanted.get(name) ?? null;
    if (present !== null) expect(tensors[present].data[0], name).toBe(value === null ? 0 : 1);
    if (value === null) continue;
    const got = valueFrom(name, carried, tensors, true);
    const one = (item: Value) =>
      [{ [name]: { status: 'present', kind: item.kind, sequence: 'one', items: [{ t: 0, value: item }] } }] as const;
    const { identical, maxDifference, words } = answersEffect(one(value), one(got));
    expect(identical ? 0 : maxDifference, `${name}: ${words}`).toBeLessThan(most);
  }
}

/** The public answer's best class is the recorded one; that library decodes and resizes a little differently. */
function expectBest({ outputs }: CompiledPart['file'], answers: Tensors, { label, probability }: Top): void {
  const [{ name, carried }] = outputs.filter(({ publics }) => publics.length > 0);
  const scores = Array.from(answers[name].data as Float32Array);
  const best = Math.max(...scores);
  expect('labels' in carried ? carried.labels?.[scores.indexOf(best)] : null).toBe(label);
  expect(Math.abs(best - probability)).toBeLessThan(0.02);
}

/** Three different requests of one size in one batch give what they give one by one. */
async function expectBatch(walker: Walker, model: string, requests: readonly Tensors[]): Promise<void> {
  const sizes = (request: Tensors): string =>
    Object.entries(request)
      .map(([name, { dims }]) => `${name} ${dims.slice(1)}`)
      .join(';');
  const groups = new Map<string, Tensors[]>();
  for (const request of requests) groups.set(sizes(request), [...(groups.get(sizes(request)) ?? []), request]);
  const [most] = [...groups.values()].sort((a, b) => b.length - a.length);
  const three = Array.from({ length: 3 }, (_, at) => most[at % most.length]);
  const together = await walker.infer(model, joined(three));
  for (const [item, request] of three.entries()) {
    const alone = await walker.infer(model, request);
    for (const [name, tensor] of Object.entries(together))
      expectClose(itemOf(tensor, item), alone[name], `${name}, item ${item}`);
  }
}

function expectClose(got: Sent, wanted: Sent, what: string): void {
  expect(got.dims, what).toEqual(wanted.dims);
  const numbers = Array.from(got.data as ArrayLike<number | bigint>, Number);
  for (const [at, value] of Array.from(wanted.data as ArrayLike<number | bigint>, Number).entries())
    expect(Math.abs(numbers[at] - value), what).toBeLessThan(1e-5);
}
