import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonFault, jsonFaultText } from '../../../renderer/inspector/jsonFault.ts';

it.each([
  ['', 'line 1, column 1: expected a value, found the end'],
  ['{', 'line 1, column 2: expected a name or "}", found the end'],
  ['{"a": 1,}', 'line 1, column 9: expected a name in "double quotes", found "}"'],
  ["{'a': 1}", 'line 1, column 2: expected a name or "}", found "\'"'],
  ['{\n  "a" 1\n}', 'line 2, column 7: expected ":", found "1"'],
  ['[1,\n 2\n 3]', 'line 3, column 2: expected "," or "]", found "3"'],
  ['[1, ]', 'line 1, column 5: expected a value, found "]"'],
  ['[01]', 'line 1, column 2: expected a value, found "0"'],
  ['"open', 'line 1, column 1: expected a text that ends in ", found """'],
  ['1 2', 'line 1, column 3: expected nothing more, found "2"'],
  ['nul', 'line 1, column 1: expected a value, found "n"'],
])('%j', (text, said) => {
  const fault = jsonFault(text);
  expect(fault).not.toBeNull();
  expect(fault && jsonFaultText(text, fault)).toBe(said);
});

it('finds a fault exactly where JSON.parse does, and none in what is JSON', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', '"', 'x', '1'), (text, at, put) => {
      const cut = at % (text.length + 1);
      const broken = `${text.slice(0, cut)}${put}${text.slice(cut + 1)}`;
      const fault = jsonFault(broken);
      let good = true;
      try {
        JSON.parse(broken);
      } catch {
        good = false;
      }
      expect(fault === null).toBe(good);
      // What stands before the fault can be gone on with; nothing wrong is passed over.
      if (fault !== null) expect(fault.index).toBeLessThanOrEqual(broken.length);
    }),
    { numRuns: 500 },
  );
});
