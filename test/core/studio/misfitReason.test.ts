import { expect, it } from 'vitest';
import { mismatchesOf } from '../../../core/check/fit.ts';
import { type PortSpec, port } from '../../../core/define/port.ts';
import { anyType, type Dim, many, type WireType } from '../../../core/kinds/type.ts';
import { axesOfPort, axesOfType, lettersOf } from '../../../core/studio/axes.ts';
import { misfitReason } from '../../../core/studio/misfitReason.ts';
import { wantsText } from '../../../core/studio/portShape.ts';

const doc = '';
function reason(type: WireType, spec: PortSpec): string {
  return misfitReason(type, spec, mismatchesOf(type, spec, new Map()), '"Model"');
}
function tensor(shape: readonly Dim[], dtype: 'float32' | 'uint8' = 'float32'): WireType {
  return { ...anyType.tensor, dtype, shape };
}

it.each<[WireType, PortSpec, string]>([
  [anyType.text, port.image({ doc }), 'This carries a text; "Model" wants a picture.'],
  [anyType.image, port.oneOf(['text', 'json'], { doc }), 'This carries a picture; "Model" wants a text or JSON.'],
  [
    tensor([1], 'uint8'),
    port.tensor({ dtype: ['float32'], doc }),
    'The numbers are uint8 here; "Model" wants float32.',
  ],
  [
    tensor([1, 224, 224, 3]),
    port.tensor({ shape: ['batch', 3, 224, 224], doc }),
    'Same values in another order: channels come last here, "Model" wants them first.',
  ],
  [
    tensor([1, 3, 224, 224]),
    port.tensor({ shape: ['batch', null, null, 3], doc }),
    'Same values in another order: channels come first here, "Model" wants them last.',
  ],
  [
    tensor([3000, 80]),
    port.tensor({ shape: [80, 3000], doc }),
    'Same numbers of values in another order: [3000, 80] here, "Model" wants [80, 3000].',
  ],
  [
    tensor([3, 224, 224]),
    port.tensor({ shape: ['batch', 3, 224, 224], doc }),
    'The batch axis is missing: [3, 224, 224] here, "Model" wants [batch, 3, 224, 224].',
  ],
  [
    tensor([1, 3, 224, 224]),
    port.tensor({ shape: [3, 224, 224], doc }),
    'There is a batch axis too many: [1, 3, 224, 224] here, "Model" wants [3, 224, 224].',
  ],
  [tensor([5]), port.tensor({ shape: [2, 3, 4], doc }), 'It has 1 axis, [5]; "Model" wants 3, [2, 3, 4].'],
  [
    tensor([1, 3, 256, 256]),
    port.tensor({ shape: ['batch', 3, 224, 224], doc }),
    'The height is 256 here; "Model" wants 224.',
  ],
  [
    { ...anyType.audio, sampleRateHz: 44100 },
    port.audio({ sampleRateHz: 16000, doc }),
    'The sound has 44100 Hz; "Model" wants 16000 Hz.',
  ],
  [
    { ...anyType.audio, channels: 2 },
    port.audio({ channels: 1, doc }),
    'The sound has 2 channels; "Model" wants one channel.',
  ],
  [
    { ...anyType.image, colour: 'bgr' },
    port.image({ colour: ['rgb'], doc }),
    'The picture is bgr here; "Model" wants rgb.',
  ],
  [
    { ...anyType.text, sequence: many },
    port.text({ count: 'one', doc }),
    'This carries a sequence of many items; "Model" wants a single one.',
  ],
  [
    { ...anyType.embedding, length: 512 },
    port.embedding({ length: 768, doc }),
    'There are 512 numbers here; "Model" wants 768.',
  ],
  [tensor([1, 3, 224, 224]), port.tensor({ shape: ['batch', 3, 224, 224], doc }), ''],
])('%j into a port: %#', (type, spec, sentence) => {
  expect(reason(type, spec)).toBe(sentence);
});

it('letters stand where the channels give the layout away, and nowhere else', () => {
  expect(lettersOf([1, 3, 224, 224])).toEqual(['N', 'C', 'H', 'W']);
  expect(lettersOf([null, 'h', 'w', 1])).toEqual(['N', 'H', 'W', 'C']);
  expect(lettersOf([4, 64, 64])).toEqual(['C', 'H', 'W']);
  expect(lettersOf([1, 128, 80])).toEqual(['C', 'H', 'W']);
  expect(lettersOf([1, 1000])).toEqual([]);
  expect(lettersOf([3, 3, 3])).toEqual([]);
  expect(axesOfType(anyType.tensor)).toBeNull();
  expect(axesOfType(anyType.text)).toBeNull();
  expect(axesOfPort(port.tensor({ dtype: ['float32', 'float16'], shape: ['n', null], doc }))).toEqual({
    dtype: 'float32 or float16',
    dims: ['n', '?'],
    letters: [],
  });
});

it('a port says what it demands in a few words', () => {
  expect(wantsText(port.tensor({ dtype: ['float32'], shape: ['N', 3, 224, 224], doc }))).toBe(
    'float32 [N, 3, 224, 224]',
  );
  expect(wantsText(port.audio({ sampleRateHz: 16000, channels: 1, doc }))).toBe('16000 Hz mono');
  expect(wantsText(port.image({ colour: ['rgb', 'grey'], doc }))).toBe('rgb or grey');
  expect(wantsText(port.any({ doc }))).toBe('');
});
