import { describe, expect, it } from 'vitest';
import type { ImageValue, MediaSource } from '../../../core/kinds/value.ts';
import { image } from '../../../nodes/input/image.ts';
import { pureHost } from '../../pure-host.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { imageOf, picture } from '../image/pixels.ts';

testNode(image);

/** A host whose decoder says what it was asked to decode. */
function recorder(asked: MediaSource[], answer: ImageValue) {
  const host = pureHost();
  return pureHost({
    image: {
      ...host.image,
      decode: async (source) => {
        asked.push(source);
        return answer;
      },
    },
  });
}

describe('input.image', () => {
  const answer = picture(1, 1, 'grey', [7]);
  it('decodes what was given, and the sample only when nothing was', async () => {
    const asked: MediaSource[] = [];
    const host = recorder(asked, answer);
    const given = { kind: 'media', name: 'given.png', bytes: Uint8Array.of(1) } as const;
    const params = { file: 'samples/cat.jpg' };
    const { run } = image;
    const common = {
      inputs: {},
      params: { ...params, optional: false },
      files: {},
      host,
      signal: new AbortController().signal,
      note: () => undefined,
      t: 0,
      durationSeconds: undefined,
      missing: {},
      miss: () => undefined,
      owned: new Set<string>(),
    };
    expect(await run?.({ ...common, external: given })).toEqual({ image: answer });
    expect(imageOf(await callNode(image, { params, host }), 'image')).toEqual(answer);
    expect(asked).toEqual([given, { kind: 'media', path: 'samples/cat.jpg', name: 'samples/cat.jpg' }]);
  });
  it('without a picture and without a sample says what is missing', async () => {
    await rejects(() => callNode(image, {}), 'input-missing');
    const problem = await rejects(() => callNode(image, { params: { optional: true } }), 'input-missing');
    expect(problem.message).toContain('optional');
  });
  it('refuses another kind', async () => {
    await rejects(() => callNode(image, { inputs: { $external: { kind: 'text', text: 'x' } } }), 'input-kind');
  });
  it('gives the step that begins a fused pass', () => {
    expect(image.step?.({})).toEqual({ op: 'decode' });
  });
});
