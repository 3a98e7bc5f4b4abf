import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { create } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type GraphProto,
  type ModelProto,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
} from '../../core/onnx/gen/onnx-ml_pb.ts';
import { int64s, makeNode } from '../../core/onnx/makeNode.ts';
import { readModel, writeModel } from '../../core/onnx/read.ts';
import { root } from '../rules/sources.ts';
import { command } from './command.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tributary-')));
  cpSync(path.join(root, 'samples/picture-classifier'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const whole = readFileSync(path.join(root, 'samples/picture-classifier/models/scenes.onnx'));
function changed(change: (model: ModelProto, graph: GraphProto) => void): Uint8Array {
  const model = readModel(whole, 'scenes.onnx');
  change(model, model.graph as GraphProto);
  return writeModel(model);
}
const entry = (key: string, value: string) => create(StringStringEntryProtoSchema, { key, value });

describe('tributary shrink on a model that is', { timeout: 600_000 }, () => {
  it.each<[string, () => Uint8Array, number, RegExp]>([
    ['cut short', () => whole.subarray(0, 200_000), 5, /ends in the middle of a field\. \[model-invalid\]/],
    [
      'of an opset yet to come',
      () => changed((model) => Object.assign(model.opsetImport[0], { version: 99n })),
      5,
      /newer opset .*\[model-unsupported\]/,
    ],
    [
      'after data of other people',
      () =>
        changed((_, graph) =>
          Object.assign(graph.initializer[0], {
            rawData: new Uint8Array(0),
            dataLocation: TensorProto_DataLocation.EXTERNAL,
            externalData: [entry('location', '../../../../etc/passwd')],
          }),
        ),
      5,
      /passwd.*climbs out of the folder.*\[model-external-data\]/,
    ],
    [
      'larger than any machine by its own account',
      () => changed((_, graph) => Object.assign(graph.initializer[0], { dims: [2n ** 40n, 2n ** 20n] })),
      5,
      /\[model-(invalid|unsupported|crashed)\]/,
    ],
    [
      'after all memory as soon as it is opened or runs',
      () =>
        changed((_, graph) => {
          graph.initializer.push(Object.assign(int64s([2n ** 20n, 2n ** 20n, 1n]), { name: 'huge' }));
          const [logits] = graph.output;
          const made = graph.node.find(({ output }) => output[0] === logits.name) as GraphProto['node'][number];
          made.output[0] = 'small';
          graph.node.push(
            makeNode('Expand', ['small', 'huge'], ['large']),
            makeNode('ReduceMax', ['large'], ['most']),
            makeNode('Add', ['small', 'most'], [logits.name]),
          );
        }),
      5,
      /\[model-(failed|crashed)\]/,
    ],
  ])('%s says so, with what to do, and leaves nothing behind', async (_, make, code, words) => {
    writeFileSync(path.join(folder, 'models/scenes.onnx'), make());
    const before = readdirSync(path.join(folder, 'models'));
    const ran = await command(['shrink', folder, '--to', 'int8-static', '--no-latency', '--quiet']);
    expect(ran.err).toMatch(words);
    expect(ran.err).toContain('models/scenes.onnx');
    expect(ran.err).toMatch(/fix: \S+/);
    expect(ran.err).not.toMatch(/\bat .*\.ts:\d|internal|\.cc:\d/);
    expect([ran.code, ran.out]).toEqual([code, '']);
    expect(readdirSync(path.join(folder, 'models'))).toEqual(before);
  });
});
