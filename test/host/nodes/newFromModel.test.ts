import { expect, it } from 'vitest';
import { checkDocument } from '../../../core/check/check.ts';
import type { FileFacts, ModelPort, ModelSignature } from '../../../core/define/file-facts.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import { pictureShape, proposeFromModel } from '../../../host/nodes/newFromModel.ts';
import { builtinNodes } from '../../../nodes/registry.ts';

function port(name: string, dtype: ModelPort['dtype'], shape: ModelPort['shape']): ModelPort {
  return { name, form: 'tensor', dtype, shape };
}

function signature(inputs: readonly ModelPort[], outputs: readonly ModelPort[]): ModelSignature {
  const rest = { irVersion: 8, opsets: [], operators: {}, parameterCount: 0, parameterBytes: 0, externalData: [] };
  return { inputs, outputs, ...rest, producer: '', metadata: {} };
}

const registry = makeRegistry(builtinNodes);
const logits = port('logits', 'float32', ['batch', 10]);

it('knows a picture by its shape', () => {
  expect(pictureShape(port('x', 'float32', ['n', 3, 224, 192]))).toEqual({
    layout: 'NCHW',
    channels: 3,
    height: 224,
    width: 192,
  });
  expect(pictureShape(port('x', 'uint8', [1, 'h', 'w', 3]))).toEqual({
    layout: 'NHWC',
    channels: 3,
    height: 224,
    width: 224,
  });
  expect(pictureShape(port('x', 'float32', [1, 1, 64, 'frames']))).toMatchObject({ channels: 1 });
  for (const shape of [[1, 3], [1, 3, 8, 8], [1, 12, 64, 64], null])
    expect(pictureShape(port('x', 'float32', shape))).toBeNull();
  expect(pictureShape(port('x', 'int64', [1, 3, 224, 224]))).toBeNull();
});

it.each([
  ['a classifier of pictures', signature([port('pixels', 'float32', ['batch', 3, 96, 96])], [logits])],
  ['a detector', signature([port('images', 'float32', [1, 3, 640, 640])], [port('output0', 'float32', [1, 84, 8400])])],
  ['a picture of bytes', signature([port('image', 'uint8', [1, 'h', 'w', 3])], [port('mask', 'float32', null)])],
  ['a picture in grey', signature([port('x', 'float32', [1, 1, 28, 28])], [port('y', 'float32', [1, 10])])],
  [
    'tokens',
    signature([port('input_ids', 'int64', ['b', 's']), port('attention mask', 'int64', ['b', 's'])], [logits]),
  ],
  [
    'two modalities',
    signature([port('pixels', 'float32', ['b', 3, 96, 96]), port('text', 'float32', ['b', 32])], [logits]),
  ],
  ['names that are no public names', signature([port('1:x/é', 'float32', [3])], [port('', 'float32', [3])])],
])('proposes a pipeline without errors for %s', (_, model) => {
  const document = proposeFromModel('mine', 'models/net.onnx', model, registry);
  const facts: FileFacts = { path: 'models/net.onnx', bytes: 1, sha256: '0'.repeat(64), model };
  const { problems } = checkDocument(document, registry, () => facts);
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  expect(Object.keys(document.inputs).length).toBe(model.inputs.length);
  expect(Object.keys(document.outputs).length).toBe(model.outputs.length);
});

it('brings pictures to a classifier as torchvision does, and to others whole', () => {
  const typesFor = (model: ModelSignature) =>
    proposeFromModel('mine', 'net.onnx', model, registry).nodes.map((node) => node.type);
  expect(typesFor(signature([port('pixels', 'float32', ['batch', 3, 96, 96])], [logits]))).toEqual([
    'input.image',
    'image.resizeShorter',
    'image.centreCrop',
    'image.normalise',
    'model.onnx',
    'result.softmax',
    'output.scores',
  ]);
  expect(typesFor(signature([port('image', 'uint8', [1, 480, 640, 3])], [port('y', 'float32', null)]))).toEqual([
    'input.image',
    'image.letterbox',
    'image.colour',
    'image.toTensor',
    'model.onnx',
    'output.tensor',
  ]);
});

it('proposes only what is in the registry', () => {
  const few = makeRegistry(builtinNodes.filter((node) => !node.type.startsWith('image.')));
  const document = proposeFromModel(
    'mine',
    'net.onnx',
    signature([port('pixels', 'float32', [1, 3, 96, 96])], [logits]),
    few,
  );
  expect(document.nodes.map((node) => node.type)).toEqual(['input.tensor', 'model.onnx', 'output.tensor']);
});

it('stands in columns from left to right: no wire runs backwards, no two nodes on one place', () => {
  const two = signature([port('pixels', 'float32', ['batch', 3, 96, 96]), port('ids', 'int64', [1, 8])], [logits]);
  const document = proposeFromModel('mine', 'net.onnx', two, registry);
  const at = new Map(document.nodes.map((node) => [node.id, node.position]));
  for (const { from, to } of document.wires)
    expect(at.get(from.split('.')[0])?.x).toBeLessThan(at.get(to.split('.')[0])?.x ?? 0);
  expect(new Set([...at.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(document.nodes.length);
});
