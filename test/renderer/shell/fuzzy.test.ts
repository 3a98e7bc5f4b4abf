import { describe, expect, it } from 'vitest';
import { fuzzy } from '../../../renderer/shell/fuzzy.ts';

function best(query: string, texts: readonly string[]): string | undefined {
  return texts
    .map((text) => ({ text, score: fuzzy(query, text)?.score ?? Number.NEGATIVE_INFINITY }))
    .filter((t) => t.score > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.score - a.score)[0]?.text;
}

describe('fuzzy', () => {
  it('matches everything with nothing, and nothing with what is not there', () => {
    expect(fuzzy('', 'Save')).not.toBeNull();
    expect(fuzzy('xyz', 'Save as…')).toBeNull();
    expect(fuzzy('evas', 'Save')).toBeNull();
  });

  it('likes what begins a word better than what stands within one', () => {
    expect(best('run', ['Prune the cache', 'Run'])).toBe('Run');
    expect(best('crop', ['Add Centre crop', 'Microphone op'])).toBe('Add Centre crop');
    expect(best('save', ['Save as…', 'Save'])).toBe('Save');
  });

  it('takes initials and words in any order', () => {
    expect(best('sa', ['Save as…', 'Close pipeline'])).toBe('Save as…');
    expect(fuzzy('rtn', 'Run to the selected nodes')).not.toBeNull();
    expect(fuzzy('nodes run', 'Run to the selected nodes')).not.toBeNull();
  });

  it('does not match letters strewn about', () => {
    expect(fuzzy('oe', 'Compare two runs')).toBeNull();
  });

  it('marks the letters that matched', () => {
    expect(fuzzy('as', 'Save as…')?.marks).toEqual([5, 6]);
  });
});
