import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originalGeometry } from '../../../core/kinds/geometry.ts';
import type { Colour, Json, TensorValue, Value } from '../../../core/kinds/value.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { centreCrop } from '../../../nodes/image/centreCrop.ts';
import { colour } from '../../../nodes/image/colour.ts';
import { crop } from '../../../nodes/image/crop.ts';
import { flip } from '../../../nodes/image/flip.ts';
import { fromTensor } from '../../../nodes/image/fromTensor.ts';
import { letterbox } from '../../../nodes/image/letterbox.ts';
import { normalise } from '../../../nodes/image/normalise.ts';
import { pad } from '../../../nodes/image/pad.ts';
import { resize } from '../../../nodes/image/resize.ts';
import { resizeShorter } from '../../../nodes/image/resizeShorter.ts';
import { rotate } from '../../../nodes/image/rotate.ts';
import { toTensor } from '../../../nodes/image/toTensor.ts';
import { decodeBoxes } from '../../../nodes/result/decodeBoxes.ts';
import { segmentation } from '../../../nodes/result/segmentation.ts';
import { threshold } from '../../../nodes/result/threshold.ts';
import { expectClose } from '../../test-node.ts';
import { runGraph, runSteps, type Step } from './loweredChain.ts';
import { expectPicture, scene } from './loweredPictures.ts';

const side = fc.integer({ min: 3, max: 70 });
const border = fc.integer({ min: 0, max: 9 });
/** Filters that give the same bytes, whether sizes are known or not. */
const exact = fc.constantFrom<Readonly<Record<string, Json>>>(
  { filter: 'nearest' },
  { filter: 'nearest', antialias: false },
  { filter: 'bicubic', antialias: false },
);

function step(node: Step['node'], params: fc.Arbitrary<Readonly<Record<string, Json>>>): fc.Arbitrary<Step> {
  // Said shortly in a report of what fails.
  return params.map((given) => ({
    node,
    params: given,
    [fc.toStringMethod]: () => `${node.type} ${JSON.stringify(given)}`,
  }));
}
const sized = fc.tuple(side, side, exact).map(([width, height, filter]) => ({ width, height, ...filter }));
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  step(resize, sized),
  step(
    resize,
    fc.tuple(side, fc.boolean(), exact).map(([length, wide, filter]) => ({
      width: wide ? length : null,
      height: wide ? null : length,
      ...filter,
    })),
  ),
  step(
    resizeShorter,
    fc.tuple(side, exact).map(([size, filter]) => ({ size, ...filter })),
  ),
  step(
    letterbox,
    fc
      .tuple(sized, fc.constantFrom('centre', 'corner'), fc.boolean())
      .map(([size, anchor, enlarge]) => ({ ...size, anchor, enlarge, colour: [114] })),
  ),
  step(centreCrop, fc.record({ width: side, height: side })),
  step(
    crop,
    fc.record({
      left: fc.integer({ min: 0, max: 2 }),
      top: fc.constant(0),
      width: fc.constant(1),
      height: fc.integer({ min: 1, max: 3 }),
    }),
  ),
  step(flip, fc.record({ axis: fc.constantFrom('horizontal', 'vertical') })),
  step(
    pad,
    fc.record({
      left: border,
      top: border,
      right: border,
      bottom: border,
      mode: fc.constantFrom('colour', 'edge'),
      colour: fc.constantFrom([7], [200]),
    }),
  ),
  step(rotate, fc.record({ angleDegrees: fc.constantFrom(90, 180, -90, 31.5, 200), expand: fc.boolean() })),
  step(colour, fc.record({ to: fc.constantFrom('rgb', 'bgr', 'grey', 'rgba', 'hsv', 'ycbcr', 'lab') })),
);

describe('nodes in one graph are the nodes one after the other', () => {
  it('three to five random steps, sizes known and unknown, a batch: the same bytes, the same way back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 3, maxLength: 5 }),
        fc.constantFrom<Colour>('rgb', 'grey', 'rgba'),
        fc.integer({ min: 3, max: 90 }),
        fc.integer({ min: 3, max: 90 }),
        fc.boolean(),
        async (steps, of, width, height, known) => {
          const image = { ...scene(width, height, of), geometry: originalGeometry(width, height) };
          const ran = await runSteps(image, steps).catch((error: unknown) => error);
          // A cut may leave what the steps before it have made.
          fc.pre(!(ran instanceof Problem && ran.data.code === 'value-shape'));
          if (!Array.isArray(ran)) throw ran;
          const want = ran.at(-1);
          for (const got of await runGraph(image, steps, known, known ? 2 : 1)) {
            if (got.kind !== 'image') throw new Error('a picture comes out of the graph');
            expectPicture(
              got,
              want,
              0,
              steps.map(({ node, params }) => `${node.type} ${JSON.stringify(params)}`).join(', '),
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });
  it('what a classifier gets: at most one level off, in few places', async () => {
    const steps: Step[] = [
      { node: resizeShorter, params: { size: 96 } },
      { node: centreCrop, params: { width: 84, height: 84 } },
      { node: normalise, params: {} },
    ];
    const image = scene(320, 213);
    const [want] = [(await runSteps(image, steps)).at(-1)];
    const [got] = await runGraph(image, steps, true);
    if (want?.kind !== 'tensor' || got.kind !== 'tensor') throw new Error('tensors come out');
    expect(got.shape).toEqual(want.shape);
    const [a, b] = [got.data as Float32Array, want.data as Float32Array];
    // One level of 255 over the smallest deviation, 0.224.
    const levelsOff = Array.from(a, (x, i) => Math.abs(x - b[i]) * 255 * 0.224);
    expect(Math.max(...levelsOff)).toBeLessThan(1.001);
    expect(levelsOff.filter((x) => x > 0.01).length / a.length).toBeLessThan(0.01);
  });
  it('to a tensor and back', async () => {
    const steps: Step[] = [
      { node: colour, params: { to: 'bgr' } },
      { node: toTensor, params: { range: '-1..1', layout: 'NHWC' } },
      { node: fromTensor, params: { range: '-1..1', layout: 'NHWC' } },
      { node: flip, params: { axis: 'vertical' } },
    ];
    const image = { ...scene(33, 20), geometry: originalGeometry(33, 20) };
    expectClose(await runGraph(image, steps, true, 3), Array(3).fill((await runSteps(image, steps)).at(-1)), 1e-12);
    expectClose((await runGraph(image, steps, false))[0], (await runSteps(image, steps)).at(-1), 1e-12);
  });
});

/** Logits or predictions that a model might have given, beside the picture that it saw. */
function numbers(shape: readonly number[], at: (i: number) => number): TensorValue {
  const count = shape.reduce((a, b) => a * b, 1);
  return { kind: 'tensor', dtype: 'float32', shape, data: Float32Array.from({ length: count }, (_, i) => at(i)) };
}

describe('results come back in the pixels of the original', () => {
  const image = { ...scene(160, 107), geometry: originalGeometry(160, 107) };
  const fitted: readonly (readonly Step[])[] = [
    [{ node: letterbox, params: { width: 64, height: 64 } }],
    [
      { node: resizeShorter, params: { size: 70 } },
      { node: centreCrop, params: { width: 64, height: 64 } },
      { node: flip, params: { axis: 'horizontal' } },
    ],
    [
      { node: rotate, params: { angleDegrees: 90 } },
      { node: letterbox, params: { width: 64, height: 64 } },
    ],
  ];
  it.each([0, 1, 2])('a mask through chain %s, sizes known and unknown', async (chain) => {
    const planes = numbers([1, 5, 16, 16], (i) => Math.sin(i * 0.37) * 3 + Math.cos(i * 0.011 * ((i >> 8) + 1)));
    const steps: Step[] = [
      ...fitted[chain],
      { node: segmentation, params: { outside: 9 }, inputs: { logits: planes, image: fitted[chain].length } },
    ];
    const want: Value | undefined = (await runSteps(image, steps)).at(-1);
    if (want?.kind !== 'mask') throw new Error('a mask comes out');
    expect(new Set(want.data).size).toBeGreaterThan(4);
    for (const known of [true, false])
      expectClose((await runGraph(image, steps, known))[0], want, 0, `known: ${known}`);
  });
  it.each([0, 1, 2])('boxes through chain %s', async (chain) => {
    const box = [20, 44, 30, 12];
    const predictions = numbers([1, 6, 12], (i) =>
      i < 48 ? box[Math.floor(i / 12)] + (i % 12) * 2.3 : ((i * 7) % 11) / 11,
    );
    const steps: Step[] = [
      ...fitted[chain],
      { node: decodeBoxes, params: {}, inputs: { predictions, image: fitted[chain].length } },
      { node: threshold, params: { threshold: 0.4 } },
    ];
    const want = (await runSteps(image, steps)).at(-1);
    if (want?.kind !== 'boxes') throw new Error('boxes come out');
    expect(want.scores.length).toBeGreaterThan(1);
    for (const known of [true, false])
      expectClose((await runGraph(image, steps, known))[0], want, 1e-5, `known: ${known}`);
  });
});
