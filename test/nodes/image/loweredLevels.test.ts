import { describe, expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import type { Colour, Json, TensorValue } from '../../../core/kinds/value.ts';
import { colour } from '../../../nodes/image/colour.ts';
import { fromTensor } from '../../../nodes/image/fromTensor.ts';
import { normalise } from '../../../nodes/image/normalise.ts';
import { rotate } from '../../../nodes/image/rotate.ts';
import { toTensor } from '../../../nodes/image/toTensor.ts';
import { runLowered } from '../../lowered.ts';
import { rejects } from '../../rejects.ts';
import { callNode, expectLowered } from '../../test-node.ts';
import { expectSamePicture, scene } from './loweredPictures.ts';
import { imageOf, picture, tensorOf } from './pixels.ts';

const colours = ['rgb', 'bgr', 'grey', 'rgba', 'hsv', 'ycbcr', 'lab'] as const;

/** Every level of the first channel, with all kinds of the others: greys, full and empty, and in between. */
function everyLevel(of: Colour, height = 120) {
  const channels = of === 'grey' ? 1 : of === 'rgba' ? 4 : 3;
  const width = 256;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        data[at++] = c === 0 ? x : y < 4 ? [x, 0, 255, 255 - x][y] : (x * 31 + y * (c === 1 ? 67 : 101)) % 256;
  return picture(width, height, of, data);
}

describe('colour spaces as operators of ONNX', () => {
  it.each(colours)('from %s to all others, byte for byte', async (from) => {
    for (const to of colours) await expectSamePicture(colour, everyLevel(from), { to });
  });
  it('alpha, left out or laid over a colour', async () => {
    const image = scene(97, 31, 'rgba');
    for (const to of ['rgb', 'grey', 'hsv'])
      for (const alpha of ['drop', 'flatten'])
        await expectSamePicture(colour, image, { to, alpha, background: [10, 200, 77] });
  });
});

describe('a rotation as operators of ONNX', () => {
  it('by quarters', async () => {
    for (const angleDegrees of [0, 90, 180, 270, -90, 720])
      for (const expand of [true, false]) {
        if (!expand && angleDegrees % 180 !== 0) continue;
        await expectSamePicture(rotate, scene(64, 43, 'rgba'), { angleDegrees, expand });
      }
    await expectSamePicture(rotate, scene(50, 50), { angleDegrees: 90, expand: false });
  });
  it('by any angle, and by a quarter that keeps the size, byte for byte', async () => {
    for (const angleDegrees of [7.3, 45, 90, 133, -200.5])
      for (const expand of [true, false])
        await expectSamePicture(rotate, scene(97, 64), { angleDegrees, expand, colour: [9, 99, 255] });
    await expectSamePicture(rotate, scene(31, 57, 'grey'), { angleDegrees: 30, colour: [255] });
    await expectSamePicture(rotate, scene(31, 57, 'rgba'), { angleDegrees: 60 });
  });
});

describe('levels as operators of ONNX', () => {
  it('picture to tensor: every level the same number, in every form', async () => {
    for (const of of ['rgb', 'grey', 'rgba'] as const)
      for (const dtype of ['float32', 'float16', 'uint8'])
        for (const range of ['0..1', '0..255', '-1..1'])
          for (const [layout, order, batch] of [
            ['NCHW', 'asIs', true],
            ['NHWC', 'reversed', false],
          ] as const) {
            const params: Record<string, Json> = { dtype, range, layout, order, batch };
            await expectLowered(toTensor, { params, inputs: { image: everyLevel(of, 8) } });
          }
  });
  it('normalised, from every colour space', async () => {
    for (const of of colours)
      for (const params of [{ layout: 'NHWC', order: 'BGR' }, { preset: 'clip' }] as readonly Record<string, Json>[])
        await expectLowered(normalise, { params, inputs: { image: everyLevel(of, 16) } });
    const types = { image: { ...anyType.image, colour: 'hsv' as const } };
    await expectLowered(normalise, { inputs: { image: everyLevel('hsv', 16) } }, {}, { types });
  });
  it('tensor to picture: halves to the even neighbour, clamped, in every form', async () => {
    const data = Float32Array.from({ length: 3 * 40 * 30 }, (_, i) => (i % 700) / 510 - 0.2);
    for (const range of ['0..1', '0..255', '-1..1'])
      for (const [layout, shape] of [
        ['NCHW', [1, 3, 40, 30]],
        ['NCHW', [3, 30, 40]],
        ['NHWC', [40, 30, 3]],
        ['NCHW', [1, 1, 60, 60]],
        ['NHWC', [30, 30, 4]],
      ] as const) {
        const scale = range === '0..255' ? 255 : 1;
        const tensor: TensorValue = { kind: 'tensor', dtype: 'float32', shape, data: data.map((x) => x * scale) };
        await expectLowered(fromTensor, { params: { range, layout }, inputs: { tensor } });
      }
    const whole: TensorValue = {
      kind: 'tensor',
      dtype: 'int64',
      shape: [1, 1, 3],
      data: BigInt64Array.of(-4n, 7n, 300n),
    };
    await expectLowered(fromTensor, { params: { range: '0..255' }, inputs: { tensor: whole } });
  });
  it('a tensor of which sizes are unknown still makes a picture; one of which channels are, none', async () => {
    const tensor: TensorValue = {
      kind: 'tensor',
      dtype: 'float32',
      shape: [1, 3, 2, 2],
      data: new Float32Array(12).fill(0.3),
    };
    const outputs = { image: imageOf(await callNode(fromTensor, { inputs: { tensor } }), 'image') };
    const of = (shape: readonly (number | null)[]) => ({
      tensor: { ...anyType.tensor, dtype: 'float32' as const, shape },
    });
    const run = (shape: readonly (number | null)[]) =>
      runLowered(fromTensor, { inputs: { tensor }, outputs, types: of(shape) });
    expect(imageOf((await run([1, 3, null, null])).outputs[0], 'image')).toEqual(outputs.image);
    await rejects(() => run([1, null, 2, 2]), 'not-lowerable');
    expect(tensorOf(await callNode(toTensor, { inputs: { image: outputs.image } })).shape).toEqual([1, 3, 2, 2]);
  });
});
