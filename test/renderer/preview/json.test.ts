import { expect, it } from 'vitest';
import { jsonDifferences } from '../../../renderer/preview/compare/jsonDifference.ts';
import { jsonLines } from '../../../renderer/preview/jsonLines.ts';
import { jsonRows, openFor, openTo, pathText } from '../../../renderer/preview/jsonTree.ts';

const report = {
  rule: 'mean',
  used: [{ name: 'image', weight: 1.285_899_9 }, { name: 'sound' }],
  'a/b': { '~c': true },
};

it('the first lines say entries before brackets', () => {
  expect(jsonLines(report, 3)).toEqual([
    { depth: 0, key: 'rule', text: '"mean"' },
    { depth: 0, key: 'used', text: '[2]' },
    { depth: 1, key: 'name', text: '"image"' },
  ]);
  expect(jsonLines(0.123_456_789, 3)).toEqual([{ depth: 0, key: null, text: '0.123457' }]);
  expect(jsonLines([], 3)).toEqual([{ depth: 0, key: null, text: '[]' }]);
});

it('rows are those of what is open', () => {
  expect(jsonRows(report, new Set(['$']), 99).map((row) => row.path)).toEqual(['$', '$/rule', '$/used', '$/a~1b']);
  const rows = jsonRows(report, openTo(report, 2), 99);
  expect(rows.map((row) => `${row.depth} ${row.key}`)).toEqual([
    '0 null',
    '1 rule',
    '1 used',
    '2 0',
    '2 1',
    '1 a/b',
    '2 ~c',
  ]);
  expect(jsonRows(report, openTo(report, 9), 4)).toHaveLength(4);
});

it('a search opens the way to its hits', () => {
  const { hits, open } = openFor(report, 'sound');
  expect([...hits]).toEqual(['$/used/1/name']);
  expect([...open].sort()).toEqual(['$', '$/used', '$/used/1']);
  expect(openFor(report, 'weight').hits.size).toBe(1);
  expect(openFor(report, 'nowhere').open.size).toBe(0);
});

it('a path is written as a program reads it', () => {
  expect(pathText('$/used/1/name')).toBe('$.used[1].name');
  expect(pathText('$/a~1b/~0c')).toBe('$["a/b"]["~c"]');
});

it('differences name their place', () => {
  const after = { ...report, rule: 'max', used: [{ name: 'image', weight: 2 }] };
  expect(jsonDifferences(report, after, 10)).toEqual([
    { path: '$.rule', left: '"mean"', right: '"max"' },
    { path: '$.used[0].weight', left: '1.2858999', right: '2' },
    { path: '$.used[1]', left: '{"name":"sound"}', right: null },
  ]);
  expect(jsonDifferences(report, report, 10)).toEqual([]);
  expect(jsonDifferences({ a: [] }, { a: {} }, 10)).toEqual([{ path: '$.a', left: '[]', right: '{}' }]);
  expect(jsonDifferences([1, 2, 3], [4, 5, 6], 2)).toHaveLength(2);
});
