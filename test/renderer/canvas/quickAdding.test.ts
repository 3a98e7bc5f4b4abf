import { describe, expect, it } from 'vitest';
import { leastNeedyFirst, ranked } from '../../../renderer/canvas/quickAdding.ts';
import { specs } from './specs.ts';

const all = [...specs.values()].map((spec) => ({ spec, port: null }));
const titles = (text: string): readonly string[] => ranked(all, text).map(({ spec }) => spec.title);

describe('ranked', () => {
  it('has everything for no letters, and nothing for letters that are nowhere', () => {
    expect(ranked(all, ' ')).toHaveLength(specs.size);
    expect(ranked(all, 'zzqx')).toEqual([]);
  });
  it('puts the title that was typed first', () => {
    expect(titles('resize')[0]).toBe('Resize');
    expect(titles('softm')[0]).toBe('Softmax');
    expect(titles('crop')[0]).toBe('Crop');
    expect(titles('crop')).toContain('Centre crop');
  });
  it('finds by keyword, by kind and by several words', () => {
    expect(titles('scale')).toContain('Resize');
    expect(titles('onnx')[0]).toBe('ONNX model');
    expect(titles('boxes').length).toBeGreaterThan(1);
    expect(titles('image input')[0]).toBe('Image input');
  });
});

it('nodes that run by the one wire come before those that need others', () => {
  const offers = leastNeedyFirst(all.filter(({ spec }) => ['result.drawBoxes', 'image.flip'].includes(spec.type)));
  expect(offers.map(({ spec }) => spec.type)).toEqual(['image.flip', 'result.drawBoxes']);
});
