import { describe, expect, it } from 'vitest';
import { insideModel, type RanOperator } from '../../../core/profile/operators.ts';

function operator(name: string, op: string, ms: number, provider = 'CUDAExecutionProvider', count = 1): RanOperator {
  return { name, op, provider, ms, count, inputs: 'float 1', outputs: 'float 1', bytesOut: 4 };
}
const cpu = 'CPUExecutionProvider';
const cuda = 'CUDAExecutionProvider';

describe('inside a model', () => {
  it('kernels are summed by operator and provider, costliest first, and add up', () => {
    const inside = insideModel(
      [
        operator('c1', 'Conv', 3),
        operator('r', 'Relu', 0.5),
        operator('c2', 'Conv', 2),
        operator('l', 'Add', 1, cuda, 10),
      ],
      cuda,
    );
    expect(inside.kernels).toEqual([
      { op: 'Conv', provider: cuda, count: 2, ms: 5 },
      { op: 'Add', provider: cuda, count: 10, ms: 1 },
      { op: 'Relu', provider: cuda, count: 1, ms: 0.5 },
    ]);
    expect(inside.layers.map(({ name }) => name)).toEqual(['c1', 'c2', 'l', 'r']);
    expect(inside.kernelMs).toBe(6.5);
    expect(inside.layers.reduce((sum, { ms }) => sum + ms, 0)).toBe(inside.kernelMs);
    expect(inside.layers[0]).not.toHaveProperty('count');
    expect(inside.fellBack).toEqual([]);
  });

  it('names what fell back to the CPU, with the copies around it', () => {
    const inside = insideModel(
      [
        operator('copyIn', 'MemcpyFromHost', 9),
        operator('conv', 'Conv', 3),
        operator('toHost', 'MemcpyToHost', 0.4),
        operator('nonZero', 'NonZero', 2, cpu),
        operator('unique', 'Unique', 1, cpu),
        operator('fromHost', 'MemcpyFromHost', 0.6),
        operator('gemm', 'Gemm', 1),
        operator('back', 'MemcpyToHost', 0.3),
        operator('shape', 'Shape', 0.1, cpu),
      ],
      cuda,
    );
    expect(inside.fellBack).toEqual([
      { layer: 'nonZero', op: 'NonZero', ms: 2, copyMs: 0.5 },
      { layer: 'unique', op: 'Unique', ms: 1, copyMs: 0.5 },
      { layer: 'shape', op: 'Shape', ms: 0.1, copyMs: 0.3 },
    ]);
    expect(inside.kernelMs).toBeCloseTo(17.4, 12);
  });

  it('on the CPU nothing falls back', () => {
    expect(insideModel([operator('a', 'Add', 1, cpu)], cpu).fellBack).toEqual([]);
  });
});
