import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { type BuilderModel, buildModel, mapType, sequenceType, tensorType, value } from '../../onnx-builder.ts';
import { cpu, float32, never, nothing, problemOf, workbench } from './fixture.ts';

const bfloat16 = 16;
const int4 = 22;

describe('values that cannot cross a wire as they are', () => {
  const bench = workbench();
  let last = 0;
  async function run(model: BuilderModel, feeds: Record<string, TensorValue>) {
    const name = `edge${last++}.onnx`;
    bench.write(name, buildModel(model));
    const session = await bench.host.open(name, cpu, never);
    return (await session.run(feeds, nothing, never)).outputs;
  }
  const int64 = (shape: readonly number[], ...data: bigint[]): TensorValue => ({
    kind: 'tensor',
    dtype: 'int64',
    shape,
    data: BigInt64Array.from(data),
  });

  it('bfloat16 comes and goes as float32', async () => {
    const outputs = await run(
      {
        inputs: [value('x', bfloat16, [3])],
        outputs: [value('y', bfloat16, [3])],
        nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
      },
      { x: float32([3], [1, -2.5, 1.00390625]) },
    );
    // bfloat16 keeps 8 bits of precision: 1 + 1/256 is rounded to even.
    expect(outputs['y']).toEqual(float32([3], [1, -2.5, 1]));
  });

  it('int4 comes out as int8', async () => {
    const outputs = await run(
      {
        inputs: [value('x', 'float32', [3])],
        outputs: [value('y', int4, [3])],
        nodes: [{ op: 'Cast', inputs: ['x'], outputs: ['y'], attributes: { to: { i: int4 } } }],
        opsets: { '': 21 },
        irVersion: 10,
      },
      { x: float32([3], [-8, 0, 7]) },
    );
    expect(outputs['y']).toEqual({ kind: 'tensor', dtype: 'int8', shape: [3], data: Int8Array.of(-8, 0, 7) });
  });

  const split = (element: readonly (number | null)[]): BuilderModel => ({
    inputs: [value('x', 'float32', ['n', 2])],
    outputs: [{ name: 'parts', type: sequenceType(tensorType('float32', element)) }],
    nodes: [{ op: 'SplitToSequence', inputs: ['x'], outputs: ['parts'], attributes: { axis: { i: 0 } } }],
  });
  it('a sequence without elements is empty, stacked or end to end', async () => {
    const x = { x: float32([0, 2], []) };
    expect((await run(split([1, 2]), x))['parts']).toEqual(float32([0, 1, 2], []));
    const ragged = await run(split([null, 2]), x);
    expect(ragged['parts']).toEqual(float32([0], []));
    expect(ragged['parts_shapes']?.shape[0]).toBe(0);
  });

  it('a sequence of strings comes end to end', async () => {
    const outputs = await run(
      {
        inputs: [value('x', 'string', ['n']), value('lengths', 'int64', ['k'])],
        outputs: [{ name: 'parts', type: sequenceType(tensorType('string', [null])) }],
        nodes: [{ op: 'SplitToSequence', inputs: ['x', 'lengths'], outputs: ['parts'] }],
      },
      { x: { kind: 'tensor', dtype: 'string', shape: [3], data: ['a', 'b', 'ç'] }, lengths: int64([2], 1n, 2n) },
    );
    expect(outputs['parts']).toEqual({ kind: 'tensor', dtype: 'string', shape: [3], data: ['a', 'b', 'ç'] });
    expect(outputs['parts_shapes']).toEqual(int64([2, 1], 1n, 2n));
  });

  it('a sequence that also feeds a graph inside the model still works', async () => {
    const outputs = await run(
      {
        inputs: [value('x', 'float32', ['n', 2]), value('first', 'bool', [])],
        outputs: [
          { name: 'parts', type: sequenceType(tensorType('float32', [1, 2])) },
          value('one', 'float32', [1, 2]),
        ],
        nodes: [
          { op: 'SplitToSequence', inputs: ['x'], outputs: ['parts'], attributes: { axis: { i: 0 } } },
          {
            op: 'If',
            inputs: ['first'],
            outputs: ['one'],
            attributes: { then_branch: { graph: pick('zero', 0n) }, else_branch: { graph: pick('last', -1n) } },
          },
        ],
      },
      { x: float32([2, 2], [1, 2, 3, 4]), first: { kind: 'tensor', dtype: 'bool', shape: [], data: Uint8Array.of(0) } },
    );
    expect(outputs['one']).toEqual(float32([1, 2], [3, 4]));
    expect(outputs['parts']).toEqual(float32([2, 1, 2], [1, 2, 3, 4]));
  });
  function pick(name: string, at: bigint) {
    return {
      inputs: [],
      outputs: [value(`${name}_out`, 'float32', [1, 2])],
      nodes: [{ op: 'SequenceAt', inputs: ['parts', name], outputs: [`${name}_out`] }],
      initializers: [{ name, dtype: 'int64', shape: [], data: BigInt64Array.of(at) } as const],
    };
  }

  it('a map that goes in is refused, named', async () => {
    const problem = await problemOf(
      run(
        {
          inputs: [{ name: 'words', type: mapType('string', tensorType('float32', [])) }],
          outputs: [value('y', 'float32', ['n', 2])],
          nodes: [
            {
              op: 'DictVectorizer',
              domain: 'ai.onnx.ml',
              inputs: ['words'],
              outputs: ['y'],
              attributes: { string_vocabulary: { strings: ['a', 'b'] } },
            },
          ],
          opsets: { '': 17, 'ai.onnx.ml': 3 },
        },
        {},
      ),
    );
    expect(problem.code).toBe('model-unsupported');
    expect(problem.message).toContain('"words"');
  });
});
