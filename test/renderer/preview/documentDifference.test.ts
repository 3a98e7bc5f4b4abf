import { expect, it } from 'vitest';
import type { DocumentNode, PipelineDocument } from '../../../core/graph/document.ts';
import { differenceText, documentDifferences, runDifferences } from '../../../renderer/preview/documentDifference.ts';
import { portsInOrder } from '../../../renderer/preview/portOrder.ts';

function node(id: string, x: number, more: Partial<DocumentNode> = {}): DocumentNode {
  return { id, type: 'image.resize', version: 1, params: {}, position: { x, y: 0 }, ...more };
}
function document(nodes: readonly DocumentNode[], wires: PipelineDocument['wires'] = []): PipelineDocument {
  return { schemaVersion: 1, name: 'test', nodes, wires, groups: [], notes: [], inputs: {}, outputs: {}, files: [] };
}

it('names what changes results and nothing else', () => {
  const before = document(
    [
      node('a', 0, { label: 'Resize', params: { width: 224, mode: 'fit' } }),
      node('b', 100),
      node('gone', 200),
      node('off', 300),
    ],
    [{ from: 'a.image', to: 'b.image' }],
  );
  const after = document(
    [
      node('a', 500, { label: 'Resize', params: { width: 320 } }),
      node('b', 100, { label: 'renamed' }),
      node('off', 300, { disabled: true }),
      node('new', 400),
    ],
    [{ from: 'new.image', to: 'b.image' }],
  );
  expect(documentDifferences(before, after).map(differenceText)).toEqual([
    'Resize: width 224 → 320',
    'Resize: mode fit → default',
    'off: state on → off',
    'new added',
    'gone removed',
    'renamed: wire into image a.image → new.image',
  ]);
  expect(documentDifferences(before, before)).toEqual([]);
});

it('names what fed the inputs', () => {
  const same = document([]);
  const changes = runDifferences(
    { document: same, inputs: { photo: { form: 'file', path: 'media/a.jpg' } } },
    { document: same, inputs: { caption: { form: 'text', text: 'hello' } } },
  );
  expect(changes.map(differenceText)).toEqual([
    'photo: input media/a.jpg → its sample',
    'caption: input its sample → hello',
  ]);
});

it('ports stand in the order of the flow, whatever order they come in', () => {
  const flow = document(
    [node('last', 0), node('first', 300), node('middle', 100), node('alone', 50)],
    [
      { from: 'first.image', to: 'middle.image' },
      { from: 'middle.image', to: 'last.image' },
    ],
  );
  expect(portsInOrder(flow, ['last.image', 'middle.b', 'middle.a', 'alone.x', 'first.image', 'unknown.port'])).toEqual([
    'alone.x',
    'first.image',
    'middle.b',
    'middle.a',
    'last.image',
    'unknown.port',
  ]);
});

it('a loop does not hang the order', () => {
  const loop = document(
    [node('a', 0), node('b', 100)],
    [
      { from: 'a.image', to: 'b.image' },
      { from: 'b.image', to: 'a.image' },
    ],
  );
  expect(portsInOrder(loop, ['b.image', 'a.image'])).toEqual(['a.image', 'b.image']);
});
