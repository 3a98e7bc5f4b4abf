import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { Json } from '../../../core/kinds/value.ts';
import { normalise } from '../../../nodes/text/normalise.ts';
import { pureHost } from '../../pure-host.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(normalise);

interface Case {
  readonly params: Readonly<Record<string, Json>>;
  readonly text: string;
  readonly want: string;
}
const file = new URL('../../reference/text-normalise.json', import.meta.url);
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(file, 'utf8'));

describe('text.normalise', () => {
  it("equals Python's unicodedata", async () => {
    expect(cases.length).toBe(300);
    for (const { params, text, want } of cases) {
      const got = await callNode(normalise, { params, inputs: { text: { kind: 'text', text } } });
      expect(got.text, JSON.stringify({ params, text })).toEqual({ kind: 'text', text: want });
    }
  });
  it('refuses half a surrogate pair, and text that grows past the limit', async () => {
    const run = (text: string, host = pureHost()) =>
      callNode(normalise, { host, params: { form: 'NFKD' }, inputs: { text: { kind: 'text', text } } });
    await rejects(() => run('a\ud83d'), 'text-encoding');
    await rejects(() => run('\udc00b'), 'text-encoding');
    const host = pureHost({ limits: makeLimits({ textCharacters: 10 }) });
    // One character becomes eighteen.
    await rejects(() => run('\ufdfa', host), 'text-too-long');
    await rejects(() => run('a'.repeat(11), host), 'text-too-long');
    await expect(run('😀'.repeat(10), host)).resolves.toBeDefined();
  });
  it('takes white space off the ends of a million spaces', async () => {
    const text = `${' '.repeat(499_999)}x${' '.repeat(499_999)}`;
    const got = await callNode(normalise, { inputs: { text: { kind: 'text', text } } });
    expect(got.text).toEqual({ kind: 'text', text: 'x' });
  });
});
