import { describe, expect, it } from 'vitest';
import { image } from '../../../nodes/input/image.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(image);

describe('input.image', () => {
  it('without a picture and without a sample says what is missing', async () => {
    await expect(callNode(image, {})).rejects.toMatchObject({ data: { code: 'input-missing' } });
  });
  it('refuses another kind', async () => {
    await expect(callNode(image, { inputs: { $external: { kind: 'text', text: 'x' } } })).rejects.toMatchObject({
      data: { code: 'input-kind' },
    });
  });
});
