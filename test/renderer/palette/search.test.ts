import { describe, expect, it } from 'vitest';
import type { Kind } from '../../../core/kinds/value.ts';
import type { NodeSpec, PortShape } from '../../../core/studio/catalog.ts';
import { builtinNodes } from '../../../nodes/registry.ts';
import { familiesOf, signsOf } from '../../../renderer/palette/families.ts';
import { indexNodes, searchNodes } from '../../../renderer/palette/search.ts';

function shapes(
  ports: Readonly<
    Record<string, { readonly kinds: readonly Kind[]; readonly doc: string; readonly optional: boolean }>
  >,
): readonly PortShape[] {
  return Object.entries(ports).map(([name, { kinds, doc, optional }]) => ({
    name,
    kinds,
    doc,
    optional,
    acceptsMissing: false,
    wants: '',
  }));
}

/** The real node types, as the catalog gives them. */
const specs: readonly NodeSpec[] = builtinNodes.map((node) => {
  const params = Object.fromEntries(Object.entries(node.params).map(([name, spec]) => [name, spec.default]));
  return {
    type: node.type,
    version: node.version,
    title: node.title,
    summary: node.summary,
    details: node.details,
    keywords: node.keywords,
    family: node.type.split('.')[0],
    inputs: shapes(node.inputs(params, {})),
    outputs: shapes(node.outputs(params, {})),
    dynamicPorts: node.dynamicPorts,
    params: node.params,
    external: node.external,
    publishes: node.publishes,
    own: false,
  };
});
const index = indexNodes(specs);
function types(query: string): readonly string[] {
  return searchNodes(index, query).map((spec) => spec.type);
}

describe('the palette finds', () => {
  it('a node by its title before those that only name the word', () => {
    expect(types('resize')[0]).toBe('image.resize');
    expect(types('Resi').slice(0, 2)).toEqual(['image.resize', 'image.resizeShorter']);
    expect(types('resize shorter')[0]).toBe('image.resizeShorter');
  });

  it('by keyword, type, summary and family', () => {
    expect(types('onnxruntime')).toEqual(['model.onnx']);
    expect(types('text.tokenise')[0]).toBe('text.tokenise');
    expect(types('photo')).toContain('input.image');
    expect(
      types('fusion')
        .slice(0, 8)
        .every((type) => type.startsWith('fusion.')),
    ).toBe(true);
  });

  it('by kind, and from one kind to another', () => {
    const audio = types('audio');
    expect(audio).toContain('video.split');
    const toTensor = types('image>tensor');
    expect(toTensor).toContain('image.toTensor');
    expect(toTensor).toContain('image.normalise');
    expect(toTensor).not.toContain('image.resize');
    expect(toTensor.every((type) => !type.startsWith('audio.'))).toBe(true);
    expect(types('image -> tensor')).toEqual(toTensor);
    expect(
      types('>mask').every((type) => specs.find((s) => s.type === type)?.outputs.some((p) => p.kinds.includes('mask'))),
    ).toBe(true);
    expect(types('text>')).toContain('text.tokenise');
  });

  it('only what fits every word, and a slip of the finger last', () => {
    expect(types('image tensor resize')).not.toContain('audio.resample');
    expect(types('lttrbx')).toEqual(['image.letterbox']);
    expect(types('no such node at all')).toEqual([]);
    expect(types('(')).not.toContain('image.resize');
  });

  it('everything for nothing, in the order given', () => {
    expect(types('  ')).toEqual(specs.map((spec) => spec.type));
    expect(types('>')).toEqual(specs.map((spec) => spec.type));
  });

  it('among a thousand within a few milliseconds', () => {
    const many = indexNodes(
      Array.from({ length: 1000 }, (_, i) => ({
        ...specs[i % specs.length],
        type: `own.node${i}`,
        title: `Node ${i}`,
      })),
    );
    const started = performance.now();
    for (let i = 0; i < 20; i++) searchNodes(many, 'node 99 ima');
    expect((performance.now() - started) / 20).toBeLessThan(25);
    expect(searchNodes(many, 'node 999')[0].type).toBe('own.node999');
  });
});

describe('families', () => {
  it('stand in the order of building, with own ones last, and hold every node once', () => {
    const own: NodeSpec = { ...specs[0], type: 'birds.call', family: 'birds', title: 'Bird call', own: true };
    const families = familiesOf([own, ...specs]);
    expect(families[0].name).toBe('input');
    expect(families[1].name).toBe('image');
    expect(families.at(-1)).toMatchObject({ name: 'birds', title: 'Birds', nodes: [own] });
    expect(families.reduce((sum, family) => sum + family.nodes.length, 0)).toBe(specs.length + 1);
  });

  it('signs tell each look of a side once', () => {
    const any = builtinNodes.find((node) => node.type === 'time.take');
    expect(signsOf(specs.find((s) => s.type === 'image.normalise')?.outputs ?? [])).toEqual([['tensor']]);
    expect(any).toBeDefined();
    expect(signsOf(specs.find((s) => s.type === 'time.take')?.inputs ?? [])).toHaveLength(1);
    expect(signsOf(shapes({ a: port('image'), b: port('image'), c: port('text') }))).toEqual([['image'], ['text']]);
  });
});

function port(kind: Kind) {
  return { kinds: [kind], doc: '', optional: false };
}
