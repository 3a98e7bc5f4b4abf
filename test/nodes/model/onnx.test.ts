import { describe, expect, it } from 'vitest';
import { mismatchesOf } from '../../../core/check/fit.ts';
import type { ModelSignature } from '../../../core/define/file-facts.ts';
import type { NodeHost } from '../../../core/define/host.ts';
import type { NodeFiles } from '../../../core/define/node.ts';
import { anyType, type TensorType } from '../../../core/kinds/type.ts';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { readModel } from '../../../core/onnx/read.ts';
import { signatureOf } from '../../../core/onnx/signature.ts';
import { type ProblemData, problemData } from '../../../core/problems/problem.ts';
import { portNames, refuseNonfinite } from '../../../nodes/kernels/modelPorts.ts';
import { onnx } from '../../../nodes/model/onnx.ts';
import { float32, problemOf, workbench } from '../../host/models/fixture.ts';
import { buildModel, value } from '../../onnx-builder.ts';
import { pureHost } from '../../pure-host.ts';
import { modelBytes } from '../../reference/modelCases.ts';
import { callNode, defaultParams, testNode } from '../../test-node.ts';

const bench = workbench();
const host: NodeHost = pureHost({ models: bench.host });
const double = buildModel({
  inputs: [value('x', 'float32', ['n'])],
  outputs: [value('y', 'float32', ['n'])],
  nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
});

function filesOf(name: string, bytes: Uint8Array): NodeFiles {
  bench.write(name, bytes);
  return { model: { path: name, bytes: bytes.length, sha256: '', model: signatureOf(readModel(bytes, name)) } };
}
function portsOf(files: NodeFiles) {
  const params = defaultParams(onnx);
  return { inputs: onnx.inputs(params, files), outputs: onnx.outputs(params, files) };
}

testNode(onnx, { host, files: filesOf('double.onnx', double), bytes: () => double });

describe('model.onnx', () => {
  it('has no ports while its file is missing, and loads', () => {
    const problem = problemData('model-missing', { message: 'not there', fix: 'put it back' });
    for (const files of [{}, { model: { path: 'x.onnx', bytes: 0, sha256: '', problem } }])
      expect(portsOf(files)).toEqual({ inputs: {}, outputs: {} });
    expect(
      onnx.infer({ inputs: {}, params: defaultParams(onnx), files: {}, dims: {}, report: () => expect.fail() }),
    ).toEqual({});
  });

  it('takes its ports from the file, and embeddings where one vector fits', () => {
    const bytes = buildModel({
      inputs: [
        value('picture', 'float32', ['batch', 3, 224, 224]),
        value('row', 'float32', ['batch', 8]),
        value('ids', 'int64', ['batch', 'length']),
        value('free', 'float32', null),
      ],
      outputs: [value('y', 'float32', ['batch', 10])],
      nodes: [{ op: 'Identity', inputs: ['row'], outputs: ['y'] }],
    });
    const { inputs } = portsOf(filesOf('ports.onnx', bytes));
    expect(inputs['picture']?.want).toEqual({ dtype: ['float32'], shape: ['batch', 3, 224, 224] });
    expect(Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, spec.kinds]))).toEqual({
      picture: ['tensor'],
      row: ['tensor', 'embedding'],
      ids: ['tensor'],
      free: ['tensor'],
    });
    expect(inputs['free']?.want).toEqual({ dtype: ['float32'] });
  });

  it('puts numbers for symbols into the types of its outputs', () => {
    const files = filesOf('double.onnx', double);
    const types = onnx.infer({
      inputs: { x: { ...anyType.tensor, dtype: 'float32', shape: [7] } },
      params: defaultParams(onnx),
      files,
      dims: { n: 7 },
      report: () => expect.fail('no problem is expected'),
    });
    expect((types['y'] as TensorType).shape).toEqual([7]);
  });

  it('feeds an embedding as a row', async () => {
    const bytes = buildModel({
      inputs: [value('a', 'float32', ['n', 2])],
      outputs: [value('b', 'float32', ['n', 2])],
      nodes: [{ op: 'Neg', inputs: ['a'], outputs: ['b'] }],
    });
    const files = filesOf('row.onnx', bytes);
    const inputs = { a: { kind: 'embedding' as const, data: Float32Array.of(1, -2), unit: false } };
    const got = await callNode(onnx, { params: { model: 'row.onnx', device: 'cpu' }, files, host, inputs });
    expect(got['b']).toEqual(float32([1, 2], [-1, 2]));
  });

  it('gives a ZipMap model as label and matrix', async () => {
    const files = filesOf('zipmap.onnx', modelBytes('zipmap'));
    const inputs = { X: float32([1, 4], [1, 0, 0, 0]) };
    const got = await callNode(onnx, { params: { model: 'zipmap.onnx', device: 'cpu' }, files, host, inputs });
    const matrix = got['probabilities'] as TensorValue;
    expect(matrix.shape).toEqual([1, 3]);
    expect([...(matrix.data as Float32Array)].reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    expect(portsOf(files).outputs['probabilities']?.doc).toContain('cat, dog, owl');
  });

  it('keeps names that a wire can spell, and changes the others', () => {
    const names = ['images', 'input:0', '/model/out.1', '', '.x', 'a b', 'a_b', '__proto__', 'x'.repeat(500)];
    const ports = names.map((name) => ({ name, form: 'tensor' as const, dtype: null, shape: null }));
    expect(portNames(ports)).toEqual([
      'images',
      'input:0',
      '/model/out.1',
      '_',
      '_x',
      'a_b',
      'a_b_2',
      '__proto___',
      'x'.repeat(200),
    ]);
  });

  it('runs a model with such names', async () => {
    const bytes = buildModel({
      inputs: [value('in put', 'float32', [1])],
      outputs: [value('.out', 'float32', [1])],
      nodes: [{ op: 'Neg', inputs: ['in put'], outputs: ['.out'] }],
    });
    const files = filesOf('names.onnx', bytes);
    const inputs = { in_put: float32([1], [3]) };
    const got = await callNode(onnx, { params: { model: 'names.onnx', device: 'cpu' }, files, host, inputs });
    expect(got).toEqual({ _out: float32([1], [-3]) });
  });

  it('refuses the file that was not the one that was checked', async () => {
    const files = filesOf('double.onnx', double);
    const stale: NodeFiles = { model: { ...(files.model as NonNullable<typeof files.model>), sha256: 'f'.repeat(64) } };
    const call = {
      params: { model: 'double.onnx', device: 'cpu' },
      files: stale,
      host,
      inputs: { x: float32([1], [1]) },
    };
    expect((await problemOf(callNode(onnx, call))).code).toBe('model-changed');
  });

  it('reports an edge that cannot cross a wire', () => {
    const model: ModelSignature = {
      ...signatureOf(readModel(double, 'm')),
      outputs: [{ name: 'm', form: 'map', dtype: null, shape: null }],
    };
    const problems: ProblemData[] = [];
    onnx.infer({
      inputs: {},
      params: defaultParams(onnx),
      files: { model: { path: 'm', bytes: 1, sha256: '', model } },
      dims: {},
      report: (code, init) => problems.push(problemData(code, init)),
    });
    expect(problems.map((x) => x.code)).toEqual(['model-unsupported']);
  });

  it.each([
    ['a fixed first dimension', value('x', 'float32', [1, 4]), /"x" has a fixed first dimension, 1/],
    ['strings', value('x', 'string', ['n']), /"x" holds strings/],
    ['a single number', value('x', 'float32', []), /"x" is a single number/],
    ['a free first dimension', value('x', 'float32', [null, 4]), null],
    ['a named first dimension', value('x', 'float32', ['batch', 4]), null],
    ['an unknown shape', value('x', 'float32', null), null],
  ] as const)('says at check time when a batch has no effect: %s', (_, input, message) => {
    const model = signatureOf(
      readModel(
        buildModel({
          inputs: [input],
          outputs: [value('y', 'float32', ['n', 4])],
          nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
        }),
        'm',
      ),
    );
    const reported = (batch: number): readonly ProblemData[] => {
      const problems: ProblemData[] = [];
      onnx.infer({
        inputs: {},
        params: { ...defaultParams(onnx), batch },
        files: { model: { path: 'm', bytes: 1, sha256: '', model } },
        dims: {},
        report: (code, init) => problems.push(problemData(code, init)),
      });
      return problems;
    };
    expect(reported(1)).toEqual([]);
    const [problem] = reported(8);
    if (message === null) return expect(problem).toBeUndefined();
    expect(problem).toMatchObject({ code: 'param-invalid', severity: 'warning', where: { param: 'batch' } });
    expect(problem.message).toMatch(message);
    expect(problem.mend?.setParam).toEqual({ name: 'batch', value: 1 });
  });

  it('notes the size of its batches', async () => {
    const files = filesOf('double.onnx', double);
    const notes = new Map<string, unknown>();
    const call = (x: number) =>
      callNode(onnx, {
        params: { model: 'double.onnx', device: 'cpu', batch: 4 },
        files,
        host,
        inputs: { x: float32([1], [x]) },
        note: (name, said) => notes.set(name, said),
      });
    await Promise.all([call(1), call(2)]);
    const results = await Promise.all([call(1), call(2), call(3), call(4)]);
    expect(results.map((got) => got['y'])).toEqual([1, 2, 3, 4].map((x) => float32([1], [2 * x])));
    expect(notes.get('batch')).toBeGreaterThan(1);
    expect(notes.has('batchRefused')).toBe(false);
  });
});

describe('fault 48: wires and values that do not fit', () => {
  const files = filesOf('double.onnx', double);
  const spec = portsOf(files).inputs['x'];
  it.each([
    ['wire-dtype', { ...anyType.tensor, dtype: 'int64', shape: [3] }],
    ['wire-shape', { ...anyType.tensor, dtype: 'float32', shape: [1, 3] }],
    ['wire-kind', anyType.image],
  ] as const)('%s on the wire', (code, type) => {
    expect(mismatchesOf(type, spec as NonNullable<typeof spec>, new Map())[0]?.code).toBe(code);
  });
  it.each([
    ['value-invalid', { kind: 'tensor', dtype: 'int64', shape: [1], data: BigInt64Array.of(1n) }, /float32.*int64/],
    ['value-shape', float32([1, 1], [1]), /\[n\].*\[1, 1\]/],
  ] as const)('%s when values flow', async (code, x, message) => {
    const call = { params: { model: 'double.onnx', device: 'cpu' }, files, host, inputs: { x: x as TensorValue } };
    const problem = await problemOf(callNode(onnx, call));
    expect(problem.code).toBe(code);
    expect(problem.message).toMatch(message);
  });
});

describe('fault 49: NaN and infinity in outputs', () => {
  const bytes = buildModel({
    inputs: [value('x', 'float32', ['n'])],
    outputs: [value('y', 'float32', ['n'])],
    nodes: [{ op: 'Sqrt', inputs: ['x'], outputs: ['y'] }],
  });
  const files = filesOf('sqrt.onnx', bytes);
  const run = (x: readonly number[], refuse: string) =>
    callNode(onnx, {
      params: { model: 'sqrt.onnx', device: 'cpu', refuse },
      files,
      host,
      inputs: { x: float32([x.length], x) },
    });
  it('NaN is refused, unless it is let pass', async () => {
    const problem = await problemOf(run([4, -1, -1], 'nan'));
    expect(problem.code).toBe('value-nonfinite');
    expect(problem.message).toContain('2 NaN values of 3, the first at index 1');
    expect((await run([4, -1], 'nothing'))['y']).toEqual(float32([2], [2, Number.NaN]));
    expect((await run([4], 'nan'))['y']).toEqual(float32([1], [2]));
  });
  it('infinity is refused only on request', async () => {
    expect((await run([Number.POSITIVE_INFINITY], 'nan'))['y']).toEqual(float32([1], [Number.POSITIVE_INFINITY]));
    expect((await problemOf(run([Number.POSITIVE_INFINITY], 'nonfinite'))).code).toBe('value-nonfinite');
  });
  it('float16 is read by its bits', () => {
    const half = (...bits: number[]): TensorValue => ({
      kind: 'tensor',
      dtype: 'float16',
      shape: [bits.length],
      data: Uint16Array.from(bits),
    });
    expect(() => refuseNonfinite('y', half(0x3c00, 0x7e00), 'nan')).toThrow(/1 NaN/);
    expect(() => refuseNonfinite('y', half(0xfc00), 'nonfinite')).toThrow(/index 0/);
    refuseNonfinite('y', half(0x7c00, 0x7bff), 'nan');
    refuseNonfinite('y', half(0x7bff), 'nonfinite');
  });
  it('wherever it stands, however long the output is', () => {
    for (let length = 1; length < 10; length++) {
      for (let place = 0; place < length; place++) {
        for (const data of [new Float32Array(length).fill(-3), new Float64Array(length).fill(1e300)]) {
          const dtype = data instanceof Float32Array ? 'float32' : 'float64';
          const tensor = { kind: 'tensor', dtype, shape: [length], data } as TensorValue;
          refuseNonfinite('y', tensor, 'nonfinite');
          data[place] = Number.NEGATIVE_INFINITY;
          refuseNonfinite('y', tensor, 'nan');
          expect(() => refuseNonfinite('y', tensor, 'nonfinite')).toThrow(`the first at index ${place}`);
          data[place] = Number.NaN;
          expect(() => refuseNonfinite('y', tensor, 'nan')).toThrow(
            `1 NaN values of ${length}, the first at index ${place}`,
          );
        }
      }
    }
  });
});
