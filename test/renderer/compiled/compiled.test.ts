import { describe, expect, it } from 'vitest';
import type { CompiledForm } from '../../../core/define/compiledForm.ts';
import { portY } from '../../../renderer/canvas/geometry.ts';
import { outsideWords, partHue, partOf } from '../../../renderer/compiled/compiledState.ts';
import { compiledPipelineName, outputFault } from '../../../renderer/compiled/compileFiles.ts';
import { formKey } from '../../../renderer/compiled/formKey.ts';
import { hullOf, placesOf } from '../../../renderer/compiled/hullShapes.ts';
import { emptyDocument } from '../../../renderer/state/state.ts';

const port = (name: string) => ({ name, kinds: [], doc: '', optional: false, acceptsMissing: false, wants: '' });
const card = (id: string, x: number, y: number) =>
  ({
    ...{ id, type: 'card', position: { x, y }, width: 160, height: 100 },
    data: { node: { id }, ports: { inputs: [port('in'), port('more')], outputs: [port('out')] }, well: null },
  }) as never;
const folded = (id: string, nodes: readonly string[], x: number) =>
  ({ id, type: 'folded', position: { x, y: 0 }, width: 160, height: 80, data: { group: { id, nodes } } }) as never;

describe('hulls of compiled parts', () => {
  const wires = [
    { from: 'a.out', to: 'b.more' },
    { from: 'b.out', to: 'c.in' },
  ];

  it('are cards and the wires between them, from port to port; other wires are not theirs', () => {
    const places = placesOf([card('a', 0, 10), card('b', 300, 50), card('c', 600, 0)]);
    const hull = hullOf(['a', 'b'], wires, places);
    expect(hull?.boxes).toHaveLength(2);
    expect(hull?.wires).toEqual([
      { key: 'b.more', sourceX: 160, sourceY: 10 + portY(0), targetX: 300, targetY: 50 + portY(1) },
    ]);
    expect(hull?.at).toEqual({ x: 0, y: 10 });
  });

  it('take a folded group in place of its cards, once, and are nothing where nothing is shown', () => {
    const places = placesOf([folded('g', ['a', 'b'], 100), card('c', 600, 0)]);
    const hull = hullOf(['a', 'b', 'c'], wires, places);
    expect(hull?.boxes.map(({ x }) => x)).toEqual([100, 600]);
    expect(hull?.wires).toEqual([{ key: 'c.in', sourceX: 260, sourceY: 40, targetX: 600, targetY: portY(0) }]);
    expect(hullOf(['gone'], wires, places)).toBeNull();
  });
});

describe('what is known of the compiled form', () => {
  const document = {
    ...emptyDocument,
    nodes: [{ id: 'a', type: 't', version: 1, params: { size: 3 }, position: { x: 0, y: 0 } }],
  };

  it('is asked for again when the pipeline does something else, not when a node is moved or renamed', () => {
    const [node] = document.nodes;
    const same = { ...document, nodes: [{ ...node, label: 'Other', position: { x: 9, y: 9 } }], groups: [] };
    expect(formKey(same)).toBe(formKey(document));
    for (const other of [
      { ...document, nodes: [{ ...node, params: { size: 4 } }] },
      { ...document, nodes: [{ ...node, disabled: true }] },
      { ...document, wires: [{ from: 'a.x', to: 'a.y' }] },
      { ...document, outputs: { y: { node: 'a' } } },
    ])
      expect(formKey(other)).not.toBe(formKey(document));
  });

  it('tells parts by number and hue, and why a node is outside', () => {
    const form = { parts: [{ nodes: ['a'] }, { nodes: ['b', 'c'] }], outside: [] } as unknown as CompiledForm;
    expect([partOf(form, 'c'), partOf(form, 'x'), partOf(null, 'a')]).toEqual([1, null, null]);
    expect(partHue(7)).toBe(partHue(1));
    expect(partHue(0)).not.toBe(partHue(1));
    expect(outsideWords({ why: 'it decodes', besides: [] })).toBe('it decodes');
    expect(outsideWords({ why: 'it is json', besides: ['report'] })).toBe('for report only: it is json');
  });

  it('knows before it is tried that a file cannot be written there', () => {
    expect(outputFault('/home/a/x.onnx')).toBeNull();
    expect(outputFault('C:\\\\models\\\\x.onnx')).toBeNull();
    for (const wrong of ['x.onnx', '/home/a/', '/home/a/x', '/home/a/.onnx', '/home/a/con.onnx'])
      expect(outputFault(wrong)).not.toBeNull();
  });

  it('never gives the compiled pipeline the name of the pipeline', () => {
    expect(compiledPipelineName('/home/a/scenes.onnx')).toBe('scenes-compiled.tributary.json');
  });
});
