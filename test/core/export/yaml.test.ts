import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { yamlOf } from '../../../core/export/yaml.ts';
import { hostileText } from './hostile.ts';

it('words that one version of YAML reads as something else, and odd signs, stay what they are (fault 94, fault 95)', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (key, text) => {
      const written = yamlOf([{ [key]: text, list: [text], deep: { [key]: [{ name: text }] } }]);
      const wanted = { [key]: text, list: [text], deep: { [key]: [{ name: text }] } };
      for (const version of ['1.1', '1.2'] as const) expect(parse(written, { version })).toEqual(wanted);
      expect(written).not.toMatch(/[\u007f-\u009f\u2028\u2029\ufeff]/);
    }),
    { numRuns: 300 },
  );
});

it('parts documents, and keeps comments on their line', () => {
  const text = yamlOf([{ a: 1 }, { b: '---' }], ['made\nof', 'two']);
  expect(text).toBe('# made of\n# two\na: 1\n---\nb: "---"\n');
  expect(parseAllDocuments(text).map((document) => document.toJS())).toEqual([{ a: 1 }, { b: '---' }]);
});
