import { expect } from 'vitest';
import type { NodeDefinition } from '../../../core/define/node.ts';
import { anyType } from '../../../core/kinds/type.ts';
import { type Colour, channelsOf, type ImageValue, type Json } from '../../../core/kinds/value.ts';
import { runLowered } from '../../lowered.ts';
import { callNode } from '../../test-node.ts';
import { imageOf } from './pixels.ts';

type Parameters = Readonly<Record<string, Json>>;

/** A picture of waves and edges with some noise, whose pixels came from an original in a way of their own. */
export function scene(width: number, height: number, colour: Colour = 'rgb', noise = 40): ImageValue {
  const channels = channelsOf(colour);
  const data = new Uint8Array(width * height * channels);
  let seed = width * 7919 + height;
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        const wave = 128 + 60 * Math.sin(x / 23 + c) + 50 * Math.cos(y / 17 + x / 40);
        const edge = (x >> 5) % 3 === c ? 70 : 0;
        data[at++] = Math.min(255, Math.max(0, wave + edge + noise * (seed / 2 ** 32 - 0.5)));
      }
      // Clear, half clear and opaque stretches.
      if (colour === 'rgba') data[at - 1] = [0, 255, 90, 3][((x >> 3) + (y >> 2)) & 3];
    }
  }
  const geometry = {
    originalWidth: width * 2,
    originalHeight: height * 3,
    toOriginal: [2, 0, 5, 0, 3, -7],
  } as const;
  return { kind: 'image', width, height, colour, data, geometry };
}

interface Allowed {
  /** Largest share of levels that may be one step off; 0 unless given. */
  readonly share?: number;
  readonly items?: number;
}

/** `lower` gives the picture that `run` gives: with the size known, in a batch, and with the size known only when it comes. */
export async function expectSamePicture(
  node: NodeDefinition,
  image: ImageValue,
  params: Parameters = {},
  { share = 0, items = 2 }: Allowed = {},
): Promise<void> {
  await expectKnownSize(node, image, params, { share, items });
  await expectUnknownSize(node, image, params, { share });
}

export async function expectKnownSize(
  node: NodeDefinition,
  image: ImageValue,
  params: Parameters = {},
  { share = 0, items = 2 }: Allowed = {},
): Promise<void> {
  const want = imageOf(await callNode(node, { inputs: { image }, params }), 'image');
  const call = { params, inputs: { image }, outputs: { image: want } };
  const { outputs } = await runLowered(node, call, items);
  expect(outputs.length).toBe(items);
  for (const output of outputs) expectPicture(imageOf(output, 'image'), want, share, JSON.stringify(params));
}

export async function expectUnknownSize(
  node: NodeDefinition,
  image: ImageValue,
  params: Parameters = {},
  { share = 0 }: Allowed = {},
): Promise<void> {
  const want = imageOf(await callNode(node, { inputs: { image }, params }), 'image');
  const types = { image: { ...anyType.image, colour: image.colour } };
  const call = { params, inputs: { image }, outputs: { image: want }, types };
  const { outputs } = await runLowered(node, call);
  expectPicture(imageOf(outputs[0], 'image'), want, share, `size unknown, ${JSON.stringify(params)}`);
}

export function expectPicture(got: ImageValue, want: ImageValue, share: number, what: string): void {
  expect([got.width, got.height, got.colour], what).toEqual([want.width, want.height, want.colour]);
  expect(got.data.length, what).toBe(want.data.length);
  let [off, most] = [0, 0];
  for (let i = 0; i < want.data.length; i++) {
    const step = Math.abs(got.data[i] - want.data[i]);
    if (step > 0) off++;
    most = Math.max(most, step);
  }
  expect(most, `${what}: largest difference of levels`).toBeLessThanOrEqual(share === 0 ? 0 : 1);
  expect(off / want.data.length, `${what}: share of levels that differ`).toBeLessThanOrEqual(share);
  expect(got.geometry.originalWidth).toBe(want.geometry.originalWidth);
  expect(got.geometry.originalHeight).toBe(want.geometry.originalHeight);
  got.geometry.toOriginal.forEach((number, at) => {
    const wanted = want.geometry.toOriginal[at];
    expect(Math.abs(number - wanted), `${what}: geometry ${at}`).toBeLessThanOrEqual(
      1e-12 * Math.max(1, Math.abs(wanted)),
    );
  });
}
