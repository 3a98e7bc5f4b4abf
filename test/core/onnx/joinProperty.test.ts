import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { extract } from '../../../core/onnx/extract.ts';
import type { ModelProto } from '../../../core/onnx/gen/onnx-ml_pb.ts';
import { inferShapes } from '../../../core/onnx/inferShapes.ts';
import { join } from '../../../core/onnx/join.ts';
import { readBy } from '../../../core/onnx/names.ts';
import { convertOpsets } from '../../../core/onnx/opsets.ts';
import { pruneUnused } from '../../../core/onnx/prune.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { renameAll } from '../../../core/onnx/rename.ts';
import { feedsFor, randomModel } from './randomGraph.ts';
import { runModel } from './runModel.ts';

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const fixed = { seed: 20261121, numRuns: 40 };

function same(a: TensorValue, b: TensorValue): void {
  expect(b.dtype).toBe(a.dtype);
  expect(b.shape).toEqual(a.shape);
  const bits = ({ data }: TensorValue) =>
    Array.isArray(data) ? data : new Uint8Array((data as Float32Array).slice().buffer);
  expect(bits(b)).toEqual(bits(a));
}
function parsed(bytes: Uint8Array): ModelProto {
  return readModel(bytes, 'm.onnx');
}

describe('random graphs', () => {
  it('are read and written byte for byte', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { bytes } = randomModel(seed);
        expect(writeModel(parsed(bytes))).toEqual(bytes);
      }),
      fixed,
    );
  });

  it('joined give what the second gives after the first, bit for bit, whatever their opsets', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const a = randomModel(seed);
        const b = randomModel(seed + 1, { inputs: a.outputs.slice(0, 2).map((v) => v.shape) });
        const wiring = Object.fromEntries(b.inputs.map((x, i) => [x.name, a.outputs[i].name]));
        const feeds = feedsFor(a.inputs, seed);
        const keep = a.outputs.map((v) => v.name);
        const { model, first, second } = join(parsed(a.bytes), parsed(b.bytes), wiring, { keep });
        const got = await runModel(
          writeModel(model),
          Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [first.inputs[name], tensor])),
        );
        const middle = await runModel(a.bytes, feeds);
        const handed = b.inputs.map((x, i) => [x.name, middle[a.outputs[i].name]]);
        const end = await runModel(b.bytes, Object.fromEntries(handed));
        for (const [name, tensor] of Object.entries(middle)) same(tensor, got[first.outputs[name]]);
        for (const [name, tensor] of Object.entries(end)) same(tensor, got[second.outputs[name]]);
      }),
      fixed,
    );
  });

  it('raised to another opset give the same, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 13, max: 22 }), async (seed, to) => {
        const a = randomModel(seed, { opset: 9 + (seed % 4) });
        const raised = convertOpsets(parsed(a.bytes), { '': to }, 'a.onnx');
        expect(raised.opsetImport.map((o) => Number(o.version))).toEqual([to]);
        const feeds = feedsFor(a.inputs, seed);
        const [before, after] = [await runModel(a.bytes, feeds), await runModel(writeModel(raised), feeds)];
        for (const [name, tensor] of Object.entries(before)) same(tensor, after[name]);
      }),
      fixed,
    );
  });

  it('cut in two and joined give the whole again', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const a = randomModel(seed, { nodes: 10 });
        const whole = parsed(a.bytes);
        const nodes = whole.graph?.node ?? [];
        const cut = nodes.slice(0, 1 + (seed % nodes.length));
        const made = new Set(cut.flatMap((n) => n.output));
        const rest = nodes.slice(cut.length);
        const outputs = a.outputs.map((v) => v.name);
        const later = outputs.filter((name) => !made.has(name));
        if (later.length === 0) return;
        const readLater = (name: string) => rest.some((n) => readBy(n).has(name));
        const seam = [...made].filter((name) => name !== '' && (readLater(name) || outputs.includes(name)));
        const front = extract(
          whole,
          a.inputs.map((x) => x.name),
          seam,
        );
        const back = extract(whole, [...seam.filter(readLater), ...a.inputs.map((x) => x.name)], later);
        const wiring = Object.fromEntries(seam.filter(readLater).map((name) => [name, name]));
        const { model, first, second } = join(front, back, wiring, { keep: outputs });
        const feeds = feedsFor(a.inputs, seed);
        const given: Record<string, TensorValue> = {};
        for (const [part, names] of [
          [front, first.inputs],
          [back, second.inputs],
        ] as const)
          for (const info of part.graph?.input ?? [])
            if (names[info.name] !== undefined) given[names[info.name]] = feeds[info.name];
        const [before, after] = [await runModel(a.bytes, feeds), await runModel(writeModel(model), given)];
        for (const name of outputs) same(before[name], after[first.outputs[name] ?? second.outputs[name]]);
      }),
      fixed,
    );
  });

  it('pruned, renamed and declared give the same; an output less leaves no node that nothing needs', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const a = randomModel(seed, { nodes: 10 });
        const feeds = feedsFor(a.inputs, seed);
        const before = await runModel(a.bytes, feeds);
        const kept = a.outputs[seed % a.outputs.length].name;
        const whole = parsed(a.bytes);
        const fewer = extract(
          whole,
          a.inputs.map((x) => x.name),
          [kept],
        );
        expect(writeModel(pruneUnused(fewer))).toEqual(writeModel(fewer));
        same(before[kept], (await runModel(writeModel(fewer), feeds))[kept]);
        const renamed = renameAll(pruneUnused(whole), 'p/');
        const asked = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [`p/${name}`, tensor]));
        const after = await runModel(writeModel(renamed), asked);
        for (const [name, tensor] of Object.entries(before)) same(tensor, after[`p/${name}`]);
      }),
      fixed,
    );
  });

  it('have the shapes that were inferred', async () => {
    let told = 0;
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const a = randomModel(seed, { nodes: 12 });
        const model = parsed(a.bytes);
        const { types } = inferShapes(model);
        const results = await runModel(a.bytes, feedsFor(a.inputs, seed));
        for (const [name, { shape, dtype }] of Object.entries(results)) {
          const type = types.get(name);
          expect(type?.element).toBe(dtype === 'float32' ? 1 : 0);
          expect(type?.shape?.length ?? shape.length).toBe(shape.length);
          type?.shape?.forEach((dim, axis) => {
            if (typeof dim !== 'number') return;
            expect(dim).toBe(shape[axis]);
            told++;
          });
        }
      }),
      { ...fixed, numRuns: 100 },
    );
    expect(told).toBeGreaterThan(500);
  });
});
