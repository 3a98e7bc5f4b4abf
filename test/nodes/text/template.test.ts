import { describe, expect, it } from 'vitest';
import type { Json, Value } from '../../../core/kinds/value.ts';
import { template } from '../../../nodes/text/template.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { infer } from '../tensor/wires.ts';

testNode(template);

async function fill(text: string, values: Readonly<Record<string, Value>>): Promise<unknown> {
  const params = { template: text, names: Object.keys(values) };
  return (await callNode(template, { params, inputs: values })).text;
}
const json = (value: Json): Value => ({ kind: 'json', json: value });
const text = (value: string): Value => ({ kind: 'text', text: value });

describe('text.template', () => {
  it('puts values in as they are', async () => {
    expect(await fill('{a}{a}', { a: text('{b} $& \\n') })).toEqual(text('{b} $& \\n{b} $& \\n'));
    expect(await fill('{a.x.1} {a.y}', { a: json({ x: [1, 2.5], y: { z: null } }) })).toEqual(text('2.5 {"z":null}'));
    expect(await fill('{ a }', { a: json(true) })).toEqual(text('true'));
    expect(await fill('{{{a}}}', { a: text('x') })).toEqual(text('{x}'));
    expect(await fill('', { a: text('x') })).toEqual(text(''));
  });
  it('says what is wrong with a template before a run', () => {
    for (const [wrong, why] of [
      ['{b}', '{b}'],
      ['{', 'position 0'],
      ['a }', 'position 2'],
      ['{a b}', 'position 0'],
      ['{}', 'position 0'],
    ]) {
      const [problem] = infer(template, {}, { template: wrong, names: ['a'] }).problems;
      expect(problem, wrong).toMatchObject({ code: 'param-invalid', where: { param: 'template' } });
      expect(problem.message).toContain(why);
    }
  });
  it('refuses what is not there, and never reaches a prototype', async () => {
    for (const path of ['b', 'a.b', 'constructor', '__proto__', 'toString.name'])
      await rejects(() => fill(`{v.${path}}`, { v: json({ a: 'text' }) }), 'value-invalid');
    await rejects(() => fill('{v.length}', { v: text('abc') }), 'value-invalid');
    await rejects(() => fill('{', { v: text('abc') }), 'value-invalid');
  });
  it('refuses a result over the limit', async () => {
    await rejects(() => fill('{v}{v}', { v: text('x'.repeat(600_000)) }), 'text-too-long');
  });
});
