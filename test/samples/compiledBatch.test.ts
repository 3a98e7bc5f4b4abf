import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { PartFile, PartTensor } from '../../core/define/partFile.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import { readModel } from '../../core/onnx/read.ts';
import { seededRandom } from '../../core/profile/random.ts';
import { compiledForm, copyOfSample } from '../compiled-form.ts';
import { cpu, never, nothing, workbench } from '../host/models/fixture.ts';

const bench = workbench();
const home = mkdtempSync(path.join(os.tmpdir(), 'tributary-batch-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

type Feeds = Record<string, TensorValue>;
const items = 3;

/** Lengths of axes that may have any. */
function lengthOf(name: string): number {
  if (/_(width|height)$/.test(name)) return name.endsWith('width') ? 150 : 131;
  return /_samples$/.test(name) ? 20_000 : 12;
}

/** Anything that the tensor may hold, for one item after the other. */
function anything({ name, dtype, shape }: PartTensor, random: () => number): TensorValue {
  const dims = shape.map((dim) => (dim === 'items' ? items : typeof dim === 'number' ? dim : lengthOf(dim)));
  const count = dims.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: count }, random);
  switch (dtype) {
    case 'uint8':
      return { kind: 'tensor', dtype, shape: dims, data: Uint8Array.from(values, (x) => x * 256) };
    case 'int64': {
      // Words of a vocabulary, or a mask over them whose end is padding.
      const whole = /mask/.test(name)
        ? values.map((_, at) => Number(at % 12 < 9))
        : values.map((x) => Math.floor(x * 90));
      return { kind: 'tensor', dtype, shape: dims, data: BigInt64Array.from(whole, BigInt) };
    }
    case 'float32':
      return { kind: 'tensor', dtype, shape: dims, data: Float32Array.from(values, (x) => x - 0.5) };
    default:
      throw new Error(`${name} is ${dtype}`);
  }
}

function feedsOf(file: PartFile): Feeds {
  const random = seededRandom(7);
  const feeds: Feeds = {};
  file.inputs.forEach(({ tensors, present }, input) => {
    for (const tensor of tensors) feeds[tensor.name] = anything(tensor, random);
    // Each item lacks something else.
    if (present !== null) {
      const data = Uint8Array.from({ length: items }, (_, item) => Number(item !== input));
      feeds[present] = { kind: 'tensor', dtype: 'bool', shape: [items], data };
    }
  });
  return feeds;
}

function itemOf(tensor: TensorValue, item: number): TensorValue {
  const each = tensor.data.length / items;
  const data = tensor.data.slice(item * each, (item + 1) * each);
  return { ...tensor, shape: [1, ...tensor.shape.slice(1)], data } as TensorValue;
}

it.each(['picture-classifier', 'sound-classifier', 'text-classifier', 'event-detector', 'video-events'])(
  '%s: three items through its files at once are the three one by one',
  async (sample) => {
    const { compiled, written } = await compiledForm(copyOfSample(sample, home), 'compiled');
    for (const [at, { file }] of compiled.parts.entries()) {
      expect(file.batch).toBe(true);
      bench.write(`${sample}-${at}.onnx`, readFileSync(written[at].file));
      const session = await bench.host.open(`${sample}-${at}.onnx`, cpu, never);
      const feeds = feedsOf(file);
      const names = file.outputs.flatMap(({ tensors, present }) => [
        ...tensors.map(({ name }) => name),
        ...(present === null ? [] : [present]),
      ]);
      const { outputs: together } = await session.run(feeds, nothing, never);
      expect(Object.keys(together).sort()).toEqual([...names].sort());
      for (let item = 0; item < items; item++) {
        const single = Object.fromEntries(Object.entries(feeds).map(([name, all]) => [name, itemOf(all, item)]));
        const { outputs: alone } = await session.run(single, nothing, never);
        for (const name of names) {
          const [got, wanted] = [itemOf(together[name], item), alone[name]];
          expect(got.shape).toEqual(wanted.shape);
          // The runtime adds a batch's products in another order.
          for (const [i, value] of wanted.data.entries())
            expect(Math.abs(Number(got.data[i]) - Number(value)), `${name}, item ${item}`).toBeLessThan(1e-5);
        }
      }
    }
  },
  120_000,
);

it('the detector, whose boxes are of another number in each picture, says that it takes one at a time', async () => {
  const { compiled, written } = await compiledForm(copyOfSample('detector', home), 'compiled');
  const [{ file }] = compiled.parts;
  expect(file.batch).toBe(false);
  expect(file.oneItemBecause.join()).toContain('each picture has its own number');
  const { graph } = readModel(readFileSync(written[0].file), 'compiled.onnx');
  const [pixels] = graph?.input ?? [];
  const dims = pixels.type?.value.case === 'tensorType' ? pixels.type.value.value.shape?.dim : [];
  expect(dims?.[0].value).toMatchObject({ case: 'dimValue', value: 1n });
});
