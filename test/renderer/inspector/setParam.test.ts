import { describe, expect, it } from 'vitest';
import { p } from '../../../core/define/param.ts';
import type { DocumentNode } from '../../../core/graph/document.ts';
import type { NodeSpec } from '../../../core/studio/catalog.ts';
import { builtinNodes } from '../../../nodes/registry.ts';
import { commonParams, commonValue, heldValue, sameJson } from '../../../renderer/inspector/setParam.ts';

function typed(type: string): Pick<NodeSpec, 'params'> & NodeSpec {
  const node = builtinNodes.find((n) => n.type === type);
  if (node === undefined) throw new Error(type);
  const { version, title, summary, details, keywords, params } = node;
  return {
    type,
    version,
    title,
    summary,
    details,
    keywords,
    params,
    family: type.split('.')[0],
    inputs: [],
    outputs: [],
    dynamicPorts: false,
    external: null,
    publishes: false,
    own: false,
  };
}
function node(id: string, params: DocumentNode['params']): DocumentNode {
  return { id, type: 'image.resize', version: 1, params, position: { x: 0, y: 0 } };
}

describe('nodes edited together', () => {
  it('share the parameters of one name and one form', () => {
    const names = commonParams([typed('image.resize'), typed('image.letterbox')]).map(([name]) => name);
    // Width is a number of both, but resize's may be left open.
    expect(names).toEqual(['filter', 'antialias']);
    expect(commonParams([typed('image.letterbox'), typed('image.centreCrop')]).map(([name]) => name)).toEqual([
      'width',
      'height',
    ]);
    expect(commonParams([typed('image.resize'), typed('audio.resample')])).toEqual([]);
    expect(commonParams([])).toEqual([]);
  });

  it('show a value only when all have it, defaults counted', () => {
    const width = p.int({ default: 224, min: 1, max: 16384, doc: '' });
    expect(commonValue([node('a', {}), node('b', { width: 224 })], 'width', width)).toBe(224);
    expect(commonValue([node('a', {}), node('b', { width: 96 })], 'width', width)).toBeUndefined();
    expect(heldValue(node('a', { width: 0 }), 'width', width)).toBe(0);
  });

  it('tell values apart by what they hold', () => {
    expect(sameJson([1, 2], [1, 2])).toBe(true);
    expect(sameJson([1, 2], [2, 1])).toBe(false);
    expect(sameJson(undefined, null)).toBe(false);
  });
});
