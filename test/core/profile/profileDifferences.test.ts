import { describe, expect, test } from 'vitest';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { documentDifferences } from '../../../core/profile/documentDifferences.ts';
import type { Environment } from '../../../core/profile/environment.ts';
import { environmentDifferences } from '../../../core/profile/environmentDifferences.ts';
import { knownDocument, knownProfile } from './knownProfile.ts';

const environment = knownProfile().environment;

describe('environments', () => {
  const found = (change: Partial<Environment>) =>
    environmentDifferences(environment, { ...environment, ...change }).map(({ what, matters }) => [what, matters]);

  test('hardware, power, a container and other work matter', () => {
    const gpu = { name: 'GPU', driver: '1', memoryBytes: 8 * 2 ** 30 };
    expect(found({})).toEqual([]);
    expect(found({ cpu: 'other' })).toEqual([['processor', true]]);
    expect(found({ cores: 8 })).toEqual([['cores', true]]);
    expect(found({ gpus: [gpu] })).toEqual([
      ['GPU', true],
      ['GPU driver', false],
    ]);
    expect(found({ power: { source: 'battery 80 %' } })).toEqual([['power: source', true]]);
    expect(found({ power: { source: 'mains', governor: 'powersave' } })).toEqual([['power: governor', true]]);
    expect(found({ container: true })).toEqual([['container', true]]);
    expect(found({ os: 'Windows 11' })).toEqual([['operating system', true]]);
  });

  test('software is told, after what matters', () => {
    expect(found({ os: 'Linux 6.2' })).toEqual([['operating system', false]]);
    expect(
      found({ runtime: 'ONNX Runtime 2', tributary: '2', node: '25', nodeVersions: { 'image.resize': 3 }, cores: 4 }),
    ).toEqual([
      ['cores', true],
      ['ONNX Runtime', false],
      ['Node.js', false],
      ['Tributary', false],
      ['node image.resize', false],
    ]);
  });

  test('a battery a little emptier does not matter; a little more load and a type of one pipeline only are not told', () => {
    const battery = { ...environment, power: { source: 'battery 80 %' }, loadBefore: 0.1 };
    const emptier = { ...battery, power: { source: 'battery 79 %' }, loadBefore: 0.3 };
    expect(environmentDifferences(battery, emptier)).toEqual([
      { what: 'power: source', before: 'battery 80 %', after: 'battery 79 %', matters: false },
    ]);
    expect(environmentDifferences(battery, { ...battery, loadBefore: 0.9 })).toEqual([
      { what: 'load per core before the profile', before: '0.10', after: '0.90', matters: true },
    ]);
    expect(found({ nodeVersions: { ...environment.nodeVersions, 'text.split': 1 } })).toEqual([]);
    expect(found({ loadBefore: 0.9 })).toEqual([]);
  });
});

describe('documents, in words', () => {
  const changed = (change: Partial<PipelineDocument>) =>
    documentDifferences(knownDocument, { ...knownDocument, ...change });
  const [photo, shrink, out] = knownDocument.nodes;

  test('nothing that runs differs: no lines', () => {
    const nodes = knownDocument.nodes.map((node) => ({ ...node, position: { x: 9, y: 9 }, label: 'x' }));
    expect(changed({ nodes, name: 'other', notes: [{ id: 'n', text: '', position: { x: 0, y: 0 } }] })).toEqual([]);
  });

  test('nodes and their parameters', () => {
    expect(changed({ nodes: [photo, out] })).toEqual(['shrink (image.resize) removed']);
    expect(changed({ nodes: [...knownDocument.nodes, { ...shrink, id: 'again', label: 'Again' }] })).toEqual([
      'Again (again) (image.resize) added',
    ]);
    expect(changed({ nodes: [photo, { ...shrink, params: { width: 64, fit: 'cover' } }, out] })).toEqual([
      'shrink: width 32 → 64',
      'shrink: fit default → "cover"',
    ]);
    expect(changed({ nodes: [photo, { ...shrink, type: 'image.crop', version: 9, disabled: true }, out] })).toEqual([
      'shrink: image.resize → image.crop',
      'shrink: version 1 → 9',
      'shrink: switched off',
    ]);
  });

  test('the order of keys in a parameter is no difference', () => {
    const withParams = (params: PipelineDocument['nodes'][number]['params']) => ({
      ...knownDocument,
      nodes: [photo, { ...shrink, params }, out],
    });
    const [a, b] = [withParams({ box: { x: 1, y: [2] } }), withParams({ box: { y: [2], x: 1 } })];
    expect(documentDifferences(a, b)).toEqual([]);
  });

  test('wires, files and public names', () => {
    expect(changed({ wires: [knownDocument.wires[0], { from: 'photo.image', to: 'out.value' }] })).toEqual([
      'out.value takes photo.image instead of shrink.image',
    ]);
    expect(changed({ wires: [knownDocument.wires[0]] })).toEqual(['wire shrink.image → out.value removed']);
    expect(documentDifferences({ ...knownDocument, wires: [] }, knownDocument)).toEqual([
      'wire photo.image → shrink.image added',
      'wire shrink.image → out.value added',
    ]);
    const file = { path: 'a.onnx', sha256: '1' };
    expect(changed({ files: [file] })).toEqual(['file a.onnx now used']);
    expect(
      documentDifferences({ ...knownDocument, files: [file] }, { ...knownDocument, files: [{ ...file, sha256: '2' }] }),
    ).toEqual(['file a.onnx has other content']);
    expect(
      documentDifferences(
        { ...knownDocument, outputs: { answer: { node: 'out' } } },
        { ...knownDocument, outputs: { answer: { node: 'shrink' }, more: { node: 'out' } } },
      ),
    ).toEqual(['output answer: node out → shrink', 'output more added']);
  });
});
