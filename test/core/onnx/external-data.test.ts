import { describe, expect, it } from 'vitest';
import { checkExternalData, locationFault } from '../../../core/onnx/external-data.ts';
import { externalTensors } from '../../../core/onnx/graphs.ts';
import { readModel } from '../../../core/onnx/read.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { buildModel, value } from '../../onnx-builder.ts';
import { modelBytes } from '../../reference/modelCases.ts';

function tensors(external: { location: string; offset?: number | string; length?: number | string }) {
  const bytes = buildModel({
    inputs: [],
    outputs: [value('w', 'float32', [2, 3])],
    nodes: [],
    initializers: [{ name: 'w', dtype: 'float32', shape: [2, 3], data: new Float32Array(6), external }],
  });
  return externalTensors(readModel(bytes, 'm.onnx'));
}
function codeOf(external: Parameters<typeof tensors>[0], size: number | null | 'bytes' = 24): string {
  try {
    checkExternalData('m.onnx', tensors(external), size === 'bytes' ? null : () => size);
  } catch (error) {
    if (error instanceof Problem) return error.data.code;
    throw error;
  }
  return 'fine';
}

describe('fault 40: locations', () => {
  it.each([
    '',
    '..',
    '../x',
    'a/../../x',
    '/etc/passwd',
    '\\\\host\\share',
    '//host/share',
    'C:\\x',
    'C:x',
    'a\\b',
    'file:///x',
    'x\0y',
    '%2e%2e/x',
    'a/%2E%2E/x',
    '~/x',
    'weights.bin.',
    '.. /x',
    'x:stream',
  ])('%j is refused', (location) => {
    expect(locationFault(location)).not.toBeNull();
    expect(codeOf({ location, offset: 0, length: 24 })).toBe('model-external-data');
  });
  it.each(['w.bin', 'model.onnx_data', 'sub/w.bin', './w.bin', 'größe 1.bin', '..weights', 'a..b'])(
    '%j is fine',
    (location) => {
      expect(locationFault(location)).toBeNull();
      expect(codeOf({ location })).toBe('fine');
    },
  );
});

describe('fault 41: a model that came as bytes', () => {
  it('may have no external data', () => {
    expect(codeOf({ location: 'w.bin' }, 'bytes')).toBe('model-external-data');
  });
});

describe('fault 42: offsets and lengths', () => {
  it.each([
    [{ offset: 0, length: 24 }, 24, 'fine'],
    [{ offset: 8, length: 24 }, 32, 'fine'],
    [{ offset: 8 }, 31, 'model-external-data'],
    [{ offset: 0, length: 25 }, 100, 'model-external-data'],
    [{ offset: -1, length: 24 }, 100, 'model-external-data'],
    [{ offset: '1e3', length: 24 }, 5000, 'model-external-data'],
    [{ offset: '18446744073709551615', length: 24 }, 100, 'model-external-data'],
    [{ offset: 0, length: '9223372036854775807' }, 100, 'model-external-data'],
    [{ offset: 0, length: 24 }, null, 'model-external-data'],
  ] as const)('%j in a file of %s bytes: %s', (range, size, code) => {
    expect(codeOf({ location: 'w.bin', ...range }, size)).toBe(code);
  });
});

it('a model saved by the onnx package passes', () => {
  const found = externalTensors(readModel(modelBytes('external'), 'external.onnx'));
  expect(found.map((t) => [t.name, t.location])).toEqual([['w', 'external.bin']]);
  checkExternalData('external.onnx', found, () => 80);
});
