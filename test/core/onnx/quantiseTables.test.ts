import { describe, expect, it } from 'vitest';
import type { GraphProto, ModelProto } from '../../../core/onnx/gen/onnx-ml_pb.ts';
import { quantiseDynamic } from '../../../core/onnx/quantise.ts';
import { quantiseTables } from '../../../core/onnx/quantiseTables.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { outputError } from '../../../core/onnx/shrink/error.ts';
import { answersOf, type Feeds } from '../../../core/onnx/shrink/run.ts';
import { makeModelRunner } from '../../../host/models/shrinkRunner.ts';
import { type BuilderNode, type BuilderTensor, buildModel, value } from '../../onnx-builder.ts';
import { noise, operators, weights } from './shrink/models.ts';

const runner = makeModelRunner('m.onnx', 1);

function model(nodes: readonly BuilderNode[], initializers: readonly BuilderTensor[]): ModelProto {
  return readModel(
    buildModel({
      inputs: [value('ids', 'int64', ['n', 'length'])],
      outputs: [value('y', 'float32', null)],
      nodes,
      initializers,
    }),
    'm.onnx',
  );
}
const gather: BuilderNode = { op: 'Gather', inputs: ['words', 'ids'], outputs: ['y'], name: '/words/Gather' };
const words = (rows = 300, width = 16): BuilderTensor => {
  const table = weights('words', [rows, width]);
  // Some rows a thousand times as large as others.
  const data = (table.data as Float32Array).map((x, at) => x * 10 ** ((Math.floor(at / width) % 7) - 3));
  return { ...table, data };
};
const ids = (rows = 300): Feeds => ({
  ids: {
    kind: 'tensor',
    dtype: 'int64',
    shape: [2, 5],
    data: BigInt64Array.from(noise(10, 5), (x) => BigInt(Math.floor(((x + 1) / 2) * rows))),
  },
});
const errorOf = async (before: ModelProto, after: ModelProto, feeds: Feeds) =>
  outputError(await answersOf(runner, before, [feeds]), await answersOf(runner, after, [feeds]));

describe('tables of words in int8', () => {
  it('give nearly what they gave, each row to 1/254 of its largest number, from little more than a quarter', async () => {
    const before = model([gather], [words()]);
    const bytes = writeModel(before);
    const { model: after, report } = quantiseTables(before);
    expect(report).toEqual({ done: ['/words/Gather'], left: [] });
    expect(operators(after)).toEqual(['Gather', 'Cast', 'Gather', 'Mul']);
    const graph = after.graph as GraphProto;
    expect(graph.initializer.map(({ name }) => name)).toEqual(['words_int8', 'words_row_scale']);
    expect(graph.node[0].name).toBe('/words/Gather');
    expect(writeModel(after).length).toBeLessThan(0.36 * bytes.length);
    expect(writeModel(before)).toEqual(bytes);
    const [was, is] = [await answersOf(runner, before, [ids()]), await answersOf(runner, after, [ids()])];
    const [x, y] = [was[0]['y'].data as Float32Array, is[0]['y'].data as Float32Array];
    for (let row = 0; row < x.length; row += 16) {
      const largest = Math.max(...x.slice(row, row + 16).map(Math.abs));
      for (let at = row; at < row + 16; at++)
        expect(Math.abs(x[at] - y[at])).toBeLessThanOrEqual((1.001 * largest) / 254);
    }
  });

  it('are quantised once when several look up in them, and rows of zeros stay zero', async () => {
    const table = words();
    (table.data as Float32Array).fill(0, 0, 160);
    const before = model(
      [
        { ...gather, outputs: ['a'] },
        { ...gather, outputs: ['b'], name: 'again' },
        { op: 'Add', inputs: ['a', 'b'], outputs: ['y'] },
      ],
      [table],
    );
    const { model: after, report } = quantiseTables(before);
    expect(report.done).toEqual(['/words/Gather', 'again']);
    expect(after.graph?.initializer).toHaveLength(2);
    expect((await errorOf(before, after, ids(10))).relative).toBe(0);
    expect((await errorOf(before, after, ids())).relative).toBeLessThan(0.01);
  });

  it('stay with the reason where nothing is gained, and are left alone when told', () => {
    const why = (one: BuilderNode, table: BuilderTensor, options = {}) =>
      quantiseTables(model([one], [table]), options).report.left.map((entry) => entry.why);
    expect(why(gather, words(2000, 4))).toEqual(['its rows are of 4 numbers, too short to gain by it']);
    expect(why(gather, words(), { except: new Set(['/words/Gather']) })).toEqual(['it was excluded']);
    expect(why(gather, words(), { only: new Set(['other']) })).toEqual(['it was not chosen']);
    expect(why(gather, { ...words(), data: new Float32Array(4800).fill(Number.NaN) })).toEqual([
      'its weights hold NaN or infinity',
    ]);
    // Nothing to speak of: few numbers, another axis, whole numbers.
    expect(why(gather, words(10))).toEqual([]);
    expect(why({ ...gather, attributes: { axis: { i: 1 } } }, words())).toEqual([]);
    expect(why(gather, { name: 'words', dtype: 'int64', shape: [300, 16], data: new BigInt64Array(4800) })).toEqual([]);
  });

  it('are part of dynamic int8, and a product that shares their weights turned keeps its own', async () => {
    const before = model(
      [
        { ...gather, outputs: ['a'] },
        { op: 'Transpose', inputs: ['words'], outputs: ['turned'], attributes: { perm: { ints: [1, 0] } } },
        { op: 'MatMul', inputs: ['a', 'turned'], outputs: ['y'], name: 'head' },
      ],
      [words()],
    );
    const { model: after, report } = quantiseDynamic(before);
    expect(report.quantised).toEqual(['head', '/words/Gather']);
    expect(operators(after)).not.toContain('Transpose');
    expect(report.bytesAfter).toBeLessThan(0.65 * report.bytesBefore);
    expect((await errorOf(before, after, ids())).relative).toBeLessThan(0.02);
  });
});
