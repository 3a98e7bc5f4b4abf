import { expect, it } from 'vitest';
import { anyType, type WireType } from '../../../core/kinds/type.ts';
import { lowerNode } from '../../../core/lower/lowerNode.ts';
import { writeModel } from '../../../core/onnx/read.ts';
import { normalise } from '../../../nodes/image/normalise.ts';
import { resize } from '../../../nodes/image/resize.ts';
import { image } from '../../../nodes/input/image.ts';
import { rejects } from '../../rejects.ts';
import { defaultParams } from '../../test-node.ts';

const picture: WireType = { ...anyType.image, colour: 'rgb' };
const tensor: WireType = { ...anyType.tensor, dtype: 'float32', shape: [1, 3, null, null] };

function lowered() {
  return lowerNode({
    definition: normalise,
    params: defaultParams(normalise),
    files: {},
    inputs: { image: picture },
    outputs: { tensor },
    maybe: [],
    bytes: () => new Uint8Array(0),
  });
}

it('makes a graph whose ends are the ports, the same bytes every time', () => {
  const { graph } = lowered();
  expect(graph.model.graph?.input.map((one) => one.name)).toEqual(['image', 'image.geometry']);
  expect(graph.model.graph?.output.map((one) => one.name)).toEqual(['tensor']);
  expect(graph.oneItemBecause).toEqual([]);
  expect(writeModel(lowered().graph.model)).toEqual(writeModel(graph.model));
});

it('refuses what has no operators, and says what to do', async () => {
  const lanczos = await rejects(
    async () =>
      lowerNode({
        definition: resize,
        params: defaultParams(resize, { filter: 'lanczos' }),
        files: {},
        inputs: { image: picture },
        outputs: { image: picture },
        maybe: [],
        bytes: () => new Uint8Array(0),
      }),
    'not-lowerable',
  );
  expect(lanczos.message).toMatch(/Lanczos/);
  const input = await rejects(
    async () =>
      lowerNode({
        definition: image,
        params: {},
        files: {},
        inputs: {},
        outputs: { image: picture },
        maybe: [],
        bytes: () => new Uint8Array(0),
      }),
    'not-lowerable',
  );
  expect(input.message).toMatch(/input\.image/);
});
