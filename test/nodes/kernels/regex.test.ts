import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../core/problems/problem.ts';
import { compileRegex } from '../../../nodes/kernels/regexProgram.ts';
import { matchAll } from '../../../nodes/kernels/regexRun.ts';
import { rejects } from '../../rejects.ts';

const plain = { ignoreCase: false, multiline: false, dotAll: false };

function ours(pattern: string, text: string, flags = plain): unknown {
  return matchAll(compileRegex(pattern, flags), text, 1000).map(({ index, groups }) => [index, ...groups]);
}

/** JavaScript's own backtracking matcher is the reference. */
function theirs(pattern: string, text: string, flags = plain): unknown {
  const letters = `gu${flags.ignoreCase ? 'i' : ''}${flags.multiline ? 'm' : ''}${flags.dotAll ? 's' : ''}`;
  return Array.from(text.matchAll(new RegExp(pattern, letters)), (m) => [m.index, ...Array.from(m, (g) => g ?? null)]);
}

function canCompile(pattern: string): boolean {
  try {
    compileRegex(pattern, plain);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.message.includes('may be empty')) return false;
    throw error;
  }
}

const cases: readonly (readonly [string, string])[] = [
  ['\\d+', 'a1 22 333'],
  ['(a|ab)(c|bcd)(d*)', 'abcd'],
  ['(?<key>\\w+)=(?<value>[^;]*);?', 'a=1;b=two;c='],
  ['a{2,3}?', 'aaaaa'],
  ['(?:(a)|b)*', 'ab'],
  ['x*', 'axxb'],
  ['^\\s*(\\S.*?)\\s*$', '  hello world  '],
  ['[\\p{L}\\p{N}]+', 'Größe 5 狗 😀 x²'],
  ['[^\\u{1F600}-\\u{1F64F}]+', 'a😀b🙂c'],
  ['.', '😀a'],
  ['\\bcat\\b|\\Bcat', 'cat concat cats'],
  ['(a?)(b??)(c*?)$', 'abc'],
  ['[\\]\\-a]+', 'a]-b'],
  ['\\/\\.\\(\\)\\{\\}', '/.(){}'],
  ['\\x41\\u0042\\cJ', 'AB\n'],
  ['((a{2}){2}|b)+', 'aaaabaaaa'],
];

describe('regular expressions in linear time', () => {
  for (const [pattern, text] of cases) {
    it(`/${pattern}/ over ${JSON.stringify(text)} is as JavaScript has it`, () => {
      for (const flags of [plain, { ignoreCase: true, multiline: true, dotAll: true }])
        expect(ours(pattern, text, flags)).toEqual(theirs(pattern, text, flags));
    });
  }
  it('flags are as JavaScript has them', () => {
    for (const text of ['Straße\nSTRASSE\r\nſtop K\u2028end', 'a\nb']) {
      for (const pattern of ['^\\w+$', 's+', '.+', '[a-z]+', '\\bk', 'K']) {
        for (const bits of [0, 1, 2, 3, 4, 5, 6, 7]) {
          const flags = { ignoreCase: (bits & 1) > 0, multiline: (bits & 2) > 0, dotAll: (bits & 4) > 0 };
          expect(ours(pattern, text, flags), `${pattern} ${bits}`).toEqual(theirs(pattern, text, flags));
        }
      }
    }
  });
  it('any pattern finds what JavaScript finds', () => {
    const { pattern } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
      atom: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '\\w', '\\b', '^', '$'),
        tie('pattern').map((inner) => `(${inner})`),
        tie('pattern').map((inner) => `(?:${inner})`),
      ),
      pattern: fc.oneof(
        { maxDepth: 3 },
        tie('atom'),
        fc
          .tuple(fc.constantFrom('a', 'b', '[bc]'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?', '+?', '??'))
          .map((x) => x.join('')),
        fc.tuple(tie('pattern'), tie('pattern')).map((x) => x.join('')),
        fc.tuple(tie('pattern'), tie('pattern')).map((x) => x.join('|')),
        fc
          .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '*?', '+?'))
          .map(([x, q]) => `(?:${x})${q}`),
      ),
    }));
    let [tried, compared] = [0, 0];
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 12 }), (source, text) => {
        const allowed = canCompile(source);
        // Most patterns must come through, or this test would say little.
        tried++;
        if (allowed) compared++;
        fc.pre(allowed);
        expect(ours(source, text)).toEqual(theirs(source, text));
      }),
      { numRuns: 3000 },
    );
    expect(compared).toBeGreaterThan(0.5 * tried);
  });
  it('stays linear where backtracking takes for ever', () => {
    const text = 'a'.repeat(20_000);
    for (const pattern of [
      '(a+)+b',
      '(a|a)*b',
      '(a|aa)+$b',
      '(.*)(.*)(.*)(.*)b',
      '(\\w+\\s?)+:',
      '^(([a-z])+.)+[A-Z]([a-z])+$',
    ])
      expect(ours(pattern, text), pattern).toEqual([]);
  });
  it('gives up on work that grows with the square of the text', async () => {
    const program = compileRegex('a.*b|a', plain);
    await rejects(() => matchAll(program, 'a'.repeat(30_000), 100_000), 'value-invalid');
    expect(matchAll(program, 'a'.repeat(30_000), 3)).toHaveLength(3);
  });
  it('refuses what cannot be run so, with the reason', async () => {
    for (const [pattern, why] of [
      ['(a)\\1', 'refers back'],
      ['(?<x>a)\\k<x>', 'refers back'],
      ['a(?=b)', 'look-around'],
      ['a(?!b)', 'look-around'],
      ['(?<=a)b', 'look-around'],
      ['(?<!a)b', 'look-around'],
      ['(', 'Unterminated group'],
      ['a**', 'Nothing to repeat'],
      ['[z-a]', 'out of order'],
      ['(a{1000}){1000}', 'more than'],
      ['(a*)*', 'may be empty'],
      ['(|a)+', 'may be empty'],
      ['(?:a?\\b)?', 'may be empty'],
    ])
      expect((await rejects(() => compileRegex(pattern, plain), 'param-invalid')).message, pattern).toContain(why);
  });
});
