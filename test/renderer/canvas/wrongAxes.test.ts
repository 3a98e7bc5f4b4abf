import { describe, expect, it } from 'vitest';
import { axesApart } from '../../../renderer/canvas/wrongAxes.ts';

const view = (dims: string, letters = '') => ({ dtype: 'float32', dims: dims.split(' '), letters: [...letters] });
const lists = (found: ReturnType<typeof axesApart>) => [[...found.expected], [...found.got]];

describe('axesApart', () => {
  it('marks the axis that stands elsewhere', () => {
    const found = axesApart(view('N 3 224 224', 'NCHW'), view('1 224 224 3', 'NHWC'), []);
    expect(lists(found)).toEqual([[1], [3]]);
  });
  it('marks the axes that the check names', () => {
    const mismatches = [{ code: 'wire-shape' as const, expected: '', got: '', axis: 2 }];
    expect(lists(axesApart(view('1 3 224 224'), view('1 3 96 224'), mismatches))).toEqual([[2], [2]]);
  });
  it('marks numbers that differ where it names none, and not what is unknown', () => {
    expect(lists(axesApart(view('n 8'), view('3 9'), []))).toEqual([[1], [1]]);
    expect(lists(axesApart(view('n 8'), view('3 ?'), []))).toEqual([[], []]);
  });
  it('marks what one side has more', () => {
    expect(lists(axesApart(view('1 3 8 8'), view('3 8 8'), []))).toEqual([[3], []]);
  });
});
