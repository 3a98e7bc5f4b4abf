import { describe, expect, it } from 'vitest';
import type { Json } from '../../../core/kinds/value.ts';
import { regexExtract } from '../../../nodes/text/regexExtract.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { infer } from '../tensor/wires.ts';

testNode(regexExtract);

function run(text: string, params: Readonly<Record<string, Json>>) {
  return callNode(regexExtract, { params, inputs: { text: { kind: 'text', text } } });
}

describe('text.regexExtract', () => {
  it('gives the default where nothing matches, or fails', async () => {
    const none = await run('abc', { pattern: '\\d+', default: '0' });
    expect(none).toEqual({ match: { kind: 'text', text: '0' }, matches: { kind: 'json', json: [] } });
    await rejects(() => run('abc', { pattern: '\\d+', onNone: 'fail' }), 'value-invalid');
    expect((await run('b', { pattern: '(a)|b', group: '1', default: '-' })).match).toEqual({ kind: 'text', text: '-' });
  });
  it('lists no more matches than asked', async () => {
    const got = await run('a b c', { maxMatches: 2 });
    expect(got.matches).toMatchObject({ json: [{ text: 'a' }, { text: 'b' }] });
  });
  it('says before a run what is wrong with a pattern or a group', () => {
    const problemsOf = (params: Readonly<Record<string, Json>>) => infer(regexExtract, {}, params).problems;
    expect(problemsOf({ pattern: '(' })[0]).toMatchObject({ code: 'param-invalid', where: { param: 'pattern' } });
    expect(problemsOf({ pattern: '(?=a)' })[0]).toMatchObject({ code: 'param-invalid' });
    for (const group of ['2', 'year', 'constructor', '-1', ''])
      expect(problemsOf({ pattern: '(a)', group })[0]).toMatchObject({ where: { param: 'group' } });
    expect(problemsOf({ pattern: '(?<year>a)', group: 'year' })).toEqual([]);
  });
  it('refuses the same when it runs', async () => {
    await rejects(() => run('a', { pattern: '(a+)+\\1' }), 'param-invalid');
    await rejects(() => run('a', { pattern: 'a', group: '1' }), 'param-invalid');
    await rejects(() => run('\ud800', {}), 'text-encoding');
    await rejects(() => run('a'.repeat(1_000_001), {}), 'text-too-long');
  });
  it('gets through the longest text with a pattern that kills backtracking', async () => {
    const got = await run('a'.repeat(200_000), { pattern: '^(\\w+\\s?)+:$' });
    expect(got.matches).toEqual({ kind: 'json', json: [] });
  });
});
