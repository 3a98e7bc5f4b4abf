import { describe, expect, it } from 'vitest';
import { refuseCustomOperators } from '../../../core/onnx/domains.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { needsAdapting } from '../../../core/onnx/rewrite.ts';
import { signatureOf } from '../../../core/onnx/signature.ts';
import { type ByteSource, readSkeleton } from '../../../core/onnx/skeleton.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { buildModel, matmulModel, optionalType, sequenceType, tensorType, value } from '../../onnx-builder.ts';
import { modelBytes, modelCases } from '../../reference/modelCases.ts';

function sourceOf(bytes: Uint8Array, log: number[] = []): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => {
      log.push(length);
      return bytes.slice(offset, offset + length);
    },
  };
}
function signature(bytes: Uint8Array) {
  return signatureOf(readModel(bytes, 'm.onnx'));
}
function problemCode(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error.data.code;
    throw error;
  }
  return 'nothing was thrown';
}

describe('a signature', () => {
  it('lists ports, opsets, operators, parameters and metadata', () => {
    const s = signature(
      buildModel({
        inputs: [
          value('image', 'float32', ['batch', 3, null, 224]),
          value('w', 'float32', [2, 3]),
          value('any', 'int64', null),
        ],
        outputs: [value('y', 'float16', [])],
        nodes: [
          { op: 'Conv', inputs: ['image', 'w'], outputs: ['c'] },
          { op: 'Gelu', inputs: ['c'], outputs: ['y'], domain: 'com.microsoft' },
          { op: 'Conv', inputs: ['c', 'w'], outputs: ['d'] },
        ],
        initializers: [
          { name: 'w', dtype: 'float32', shape: [2, 3], data: new Float32Array(6) },
          { name: 'h', dtype: 'float16', shape: [5], data: new Uint16Array(5) },
        ],
        opsets: { '': 18, 'com.microsoft': 1 },
        producer: 'someone',
        metadata: { task: 'see', author: 'me' },
      }),
    );
    expect(s.inputs).toEqual([
      { name: 'image', form: 'tensor', dtype: 'float32', shape: ['batch', 3, null, 224] },
      { name: 'any', form: 'tensor', dtype: 'int64', shape: null },
    ]);
    expect(s.outputs).toEqual([{ name: 'y', form: 'tensor', dtype: 'float16', shape: [] }]);
    expect(s.opsets).toEqual([
      { domain: 'ai.onnx', version: 18 },
      { domain: 'com.microsoft', version: 1 },
    ]);
    expect(s.operators).toEqual({ Conv: 2, 'com.microsoft.Gelu': 1 });
    expect(s.parameterCount).toBe(11);
    expect(s.parameterBytes).toBe(34);
    expect(s.producer).toBe('someone');
    expect(s.metadata).toEqual({ task: 'see', author: 'me' });
    expect(s.irVersion).toBe(8);
  });

  it('counts operators inside branches, loops and functions', () => {
    expect(signature(modelBytes('branch')).operators).toEqual({ Constant: 1, If: 1, Mul: 2, 'local.half': 1 });
    expect(signature(modelBytes('loop')).operators).toEqual({ Add: 1, Identity: 2, Loop: 1 });
  });

  it('shows classic, sequence and optional edges as the tensors that they become', () => {
    expect(signature(modelBytes('zipmap')).outputs[1]).toEqual({
      name: 'probabilities',
      form: 'map',
      dtype: 'float32',
      shape: [null, 3],
      labels: ['cat', 'dog', 'owl'],
    });
    expect(signature(modelBytes('tree')).outputs[1]?.labels).toEqual(['10', '20']);
    expect(signature(modelBytes('sequence_fixed')).outputs).toEqual([
      { name: 'parts', form: 'sequence', dtype: 'float32', shape: [null, 1, 4] },
    ]);
    expect(signature(modelBytes('sequence_ragged')).outputs).toEqual([
      { name: 'parts', form: 'sequence', dtype: 'float32', shape: [null] },
      { name: 'parts_shapes', form: 'sequence', dtype: 'int64', shape: [null, 2] },
    ]);
    expect(signature(modelBytes('sequence_input')).inputs[0]?.shape).toEqual([null, 1, 4]);
    expect(signature(modelBytes('optional')).inputs).toEqual([
      { name: 'x', form: 'optional', dtype: 'float32', shape: [2] },
    ]);
  });

  it('names the types that cannot cross a wire', () => {
    const s = signature(
      buildModel({
        inputs: [value('c', 14, [1]), { name: 'deep', type: optionalType(sequenceType(tensorType('float32', null))) }],
        outputs: [value('b', 16, [1])],
        nodes: [{ op: 'Identity', inputs: ['c'], outputs: ['b'] }],
      }),
    );
    expect(s.inputs.map((p) => [p.form, p.dtype])).toEqual([
      ['tensor', null],
      ['optional', null],
    ]);
    // bfloat16 is cast at the edge.
    expect(s.outputs[0]?.dtype).toBe('float32');
  });
});

describe('a skeleton', () => {
  it.each(Object.keys(modelCases))('of %s has the signature of the whole', async (name) => {
    const bytes = modelBytes(name);
    const skeleton = await readSkeleton(sourceOf(bytes), name);
    expect(signature(skeleton)).toEqual(signature(bytes));
    expect(needsAdapting(readModel(skeleton, name))).toBe(needsAdapting(readModel(bytes, name)));
  });

  it('reads headers only', async () => {
    const bytes = matmulModel(512, 12);
    const log: number[] = [];
    const skeleton = await readSkeleton(sourceOf(bytes, log), 'm');
    expect(bytes.length).toBeGreaterThan(12e6);
    expect(skeleton.length).toBeLessThan(10_000);
    expect(log.reduce((sum, n) => sum + n, 0)).toBeLessThan(12 * 70_000);
    expect(signature(skeleton)).toEqual(signature(bytes));
  });

  it('drops weights in subgraphs and constants too', async () => {
    const weights = { dtype: 'float32', shape: [1000], data: new Float32Array(1000) } as const;
    const graph = {
      inputs: [],
      outputs: [value('t', 'float32', [1000])],
      nodes: [{ op: 'Identity', inputs: ['w'], outputs: ['t'] }],
      initializers: [{ name: 'w', ...weights }],
    };
    const bytes = buildModel({
      inputs: [value('c', 'bool', [])],
      outputs: [value('y', 'float32', [1000]), value('k', 'float32', [1000])],
      nodes: [
        { op: 'If', inputs: ['c'], outputs: ['y'], attributes: { then_branch: { graph }, else_branch: { graph } } },
        { op: 'Constant', inputs: [], outputs: ['k'], attributes: { value: { tensor: weights } } },
      ],
    });
    const skeleton = await readSkeleton(sourceOf(bytes), 'm');
    expect(skeleton.length).toBeLessThan(600);
    expect(signature(skeleton)).toEqual(signature(bytes));
  });
});

describe('reading and writing', () => {
  it.each(Object.keys(modelCases))('%s survives a round trip byte for byte', (name) => {
    const bytes = modelBytes(name);
    const again = writeModel(readModel(bytes, name));
    expect(writeModel(readModel(again, name))).toEqual(again);
    expect(signature(again)).toEqual(signature(bytes));
  });
  it('refuses what is no model', () => {
    const text = new TextEncoder();
    for (const bytes of [
      new Uint8Array(0),
      text.encode('version https://git-lfs.github.com/spec/v1'),
      text.encode('{}'),
    ])
      expect(problemCode(() => readModel(bytes, 'm'))).toBe('model-invalid');
    expect(problemCode(() => readModel(modelBytes('loop').subarray(0, 200), 'm'))).toBe('model-invalid');
  });
});

describe('fault 45: custom operators', () => {
  it('are named, local functions are not', () => {
    const custom = buildModel({
      inputs: [value('x', 'float32', [1])],
      outputs: [value('y', 'float32', [1])],
      nodes: [{ op: 'Foo', inputs: ['x'], outputs: ['y'], domain: 'com.acme' }],
      opsets: { '': 17, 'com.acme': 1 },
    });
    expect(() => refuseCustomOperators(readModel(custom, 'm.onnx'), 'm.onnx')).toThrow(/com\.acme\.Foo/);
    expect(problemCode(() => refuseCustomOperators(readModel(custom, 'm'), 'm'))).toBe('model-unsupported');
    refuseCustomOperators(readModel(modelBytes('branch'), 'm'), 'm');
  });
});

describe('fault 44: 10,000 mutations of real models', () => {
  it('give a model or a problem, never anything else, whole and as skeleton', async () => {
    const seeds = Object.keys(modelCases).map(modelBytes);
    let state = 12345;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let read = 0;
    for (let round = 0; round < 10_000; round++) {
      const bytes = Uint8Array.from(seeds[round % seeds.length] as Uint8Array);
      for (let flips = 1 + random(4); flips > 0; flips--) bytes[random(bytes.length)] = random(256);
      const cut = random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
      for (const part of [cut, await readSkeleton(sourceOf(cut), 'm').catch(onlyProblems)]) {
        if (part === null) continue;
        try {
          const model = readModel(part, 'm');
          signatureOf(model);
          needsAdapting(model);
          refuseCustomOperators(model, 'm');
          read++;
        } catch (error) {
          onlyProblems(error);
        }
      }
    }
    expect(read).toBeGreaterThan(1000);
  });
  function onlyProblems(error: unknown): null {
    if (error instanceof Problem && error.data.code.startsWith('model-')) return null;
    throw error;
  }
});
