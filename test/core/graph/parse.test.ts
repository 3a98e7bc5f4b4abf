import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { parseDocument } from '../../../core/graph/parse.ts';
import { writeDocument } from '../../../core/graph/write.ts';
import { Problem } from '../../../core/problems/problem.ts';

const limits = makeLimits();
const small: PipelineDocument = {
  schemaVersion: 1,
  name: 'small \u202e\u200b "name"',
  description: 'text\nwith lines',
  inputs: { image: { node: 'a', doc: 'a picture' } },
  outputs: { label: { node: 'b' } },
  nodes: [
    { id: 'a', type: 'input.image', version: 1, params: { file: 'media/a.jpg' }, position: { x: 0, y: -0.5 } },
    {
      id: 'b',
      type: 'acme.unknown',
      version: 7,
      params: { deep: { list: [1, 2.5, -0, 1e-7], on: true, none: null } },
      position: { x: 10, y: 20 },
      label: '<img onerror>',
      disabled: true,
    },
  ],
  wires: [{ from: 'a.image', to: 'b.anything goes' }],
  groups: [{ id: 'g', title: 'G', nodes: ['a'], collapsed: true }],
  notes: [{ id: 'n', text: 'note', position: { x: 1, y: 2 }, size: { width: 3, height: 4 } }],
  files: [{ path: 'models/m.onnx', sha256: 'a'.repeat(64), licence: 'Apache-2.0' }],
};

function codeOf(text: string, over: Readonly<Record<string, number>> = {}): string {
  try {
    parseDocument(text, makeLimits(over));
    return 'none';
  } catch (error) {
    if (error instanceof Problem) return error.data.code;
    throw error;
  }
}

const good = writeDocument(small);

describe('a document', () => {
  it('goes out and comes back the same, unknown nodes and all', () => {
    expect(parseDocument(good, limits).document).toEqual(small);
    expect(writeDocument(parseDocument(good, limits).document)).toBe(good);
  });
  it('is written with one wire a line and nodes as line groups', () => {
    expect(good).toContain('\n    { "from": "a.image", "to": "b.anything goes" }\n');
    expect(good).toContain('"id": "b",\n      "type": "acme.unknown@7",');
  });
  it('of a newer schema opens for reading only, with its extras kept out of the way', () => {
    const parsed = parseDocument(good.replace('"schemaVersion": 1', '"schemaVersion": 2, "later": {}'), limits);
    expect(parsed.readOnly).toBe(true);
    expect(parsed.document.schemaVersion).toBe(2);
    expect(parsed.warnings).toMatchObject([{ code: 'document-newer' }]);
  });
  it('keys that reach a prototype are refused, however they are spelt', () => {
    for (const key of ['__proto__', 'constructor', 'prototype', '\\u005f_proto__']) {
      expect(
        codeOf(`{"schemaVersion":1,"name":"x","nodes":[{"id":"a","type":"a.b@1","params":{"${key}":{"polluted":1}}}]}`),
      ).toBe('document-forbidden-key');
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(codeOf(good.replace('a picture', '__proto__'))).toBe('none');
  });
  it('a hundred thousand levels deep is refused quickly', () => {
    const text = '['.repeat(100_000) + ']'.repeat(100_000);
    const before = performance.now();
    expect(codeOf(text)).toBe('document-too-deep');
    expect(performance.now() - before).toBeLessThan(50);
    expect(codeOf(`{"a":"${'['.repeat(500)}"}`)).toBe('document-schema');
    expect(codeOf(good)).toBe('none');
  });
  it('of 100 MB is refused without reading it into memory twice over', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tributary-'));
    const script = path.join(folder, 'big.ts');
    const root = new URL('../../../', import.meta.url).href;
    writeFileSync(
      script,
      `import { makeLimits } from '${root}core/define/limits.ts';
       import { parseDocument } from '${root}core/graph/parse.ts';
       const text = '[' + '0,'.repeat(50_000_000) + '0]';
       const before = process.memoryUsage().rss;
       let code = 'none';
       try { parseDocument(text, makeLimits()); } catch (error) { code = error.data.code; }
       process.send({ code, grown: process.memoryUsage().rss - before });`,
    );
    const said = await new Promise<{ code: string; grown: number }>((resolve, reject) => {
      const child = fork(script, { execArgv: ['--import', 'tsx'] });
      child.on('message', (message) => resolve(message as { code: string; grown: number }));
      child.on('exit', (code) => reject(new Error(`ended with ${code}`)));
    });
    rmSync(folder, { recursive: true });
    expect(said.code).toBe('document-too-large');
    expect(said.grown).toBeLessThan(200e6);
  });
  it('cut off at any byte is refused, never half read', () => {
    const body = good.trimEnd();
    for (let end = 0; end < body.length; end++) expect(codeOf(body.slice(0, end))).toMatch(/^document-(json|schema)$/);
  });
  it('numbers that a double cannot hold are refused; all others come back exactly', () => {
    for (const bad of ['1e999', '-1e999', '9007199254740993', '123456789012345678901234567891']) {
      expect(codeOf(good.replace('2.5', bad))).toBe('document-number');
    }
    for (const bad of ['NaN', 'Infinity', '01', '+1', '.5'])
      expect(codeOf(good.replace('2.5', bad))).toBe('document-json');
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const document = { ...small, nodes: [{ ...small.nodes[0], params: { x } }] };
        const back = parseDocument(writeDocument(document), limits).document.nodes[0].params['x'];
        expect(Object.is(back, x)).toBe(true);
      }),
      { examples: [[-1678150172865581000], [2 ** 60], [2 ** 53], [-0], [1e21], [5e-324]], numRuns: 500 },
    );
  });
  it('any text as a name, label or note comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (name) => {
        const document = { ...small, name, notes: [{ ...small.notes[0], text: name }] };
        expect(parseDocument(writeDocument(document), limits).document).toEqual(document);
      }),
    );
    const long = 'x'.repeat(10_000);
    expect(parseDocument(writeDocument({ ...small, name: long }), limits).document.name).toBe(long);
  });
  it('a field that does not fit is named with its place and what would fit', () => {
    expect(() => parseDocument(good.replace('"acme.unknown@7"', '"acme"'), limits)).toThrow(
      /nodes\[1\]\.type: must be "family\.name@version"/,
    );
    expect(() => parseDocument(good.replace('"wires"', '"wyres"'), limits)).toThrow(/wyres/);
    expect(() => parseDocument('{\n "a": 1,,\n}', limits)).toThrow(/line 2, column 9/);
  });
  it('reads its own file format from text on disk', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'tributary-')), 'x.tributary.json');
    writeFileSync(file, good);
    expect(parseDocument(readFileSync(file, 'utf8'), limits).document).toEqual(small);
    rmSync(path.dirname(file), { recursive: true });
  });
});
