import { describe, expect, it } from 'vitest';
import { findNodes } from '../../../renderer/shell/findNodes.ts';
import { emptyDocument } from '../../../renderer/state/state.ts';

function node(id: string, type: string, params: Readonly<Record<string, string | number>> = {}, label?: string) {
  const base = { id, type, version: 1, params, position: { x: 0, y: 0 } };
  return label === undefined ? base : { ...base, label };
}
const document = {
  ...emptyDocument,
  nodes: [
    node('photo', 'input.image', { file: 'media/sunset.jpg' }),
    node('shrink', 'image.resizeShorter', { size: 112 }),
    node('model', 'model.onnx', { model: 'models/scenes.onnx' }, 'Scene model'),
  ],
};
const ids = (query: string): readonly string[] => findNodes(document, new Map(), query).map(({ node: n }) => n.id);

describe('finding nodes', () => {
  it('looks at label, type, id and the values of parameters', () => {
    expect(ids('scene model')).toEqual(['model']);
    expect(ids('resizeshorter')).toEqual(['shrink']);
    expect(ids('photo')).toEqual(['photo']);
    expect(ids('sunset')).toEqual(['photo']);
    expect(ids('112')).toEqual(['shrink']);
    expect(ids('size 112')).toEqual(['shrink']);
  });

  it('says where it was found, and lists all without words', () => {
    expect(findNodes(document, new Map(), '112')[0].where).toBe('size 112');
    expect(findNodes(document, new Map(), 'Scene')[0].where).toBe('');
    expect(ids('')).toHaveLength(3);
    expect(ids('nothing of the kind')).toEqual([]);
  });
});
