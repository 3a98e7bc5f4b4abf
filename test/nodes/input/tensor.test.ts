import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paramFault } from '../../../core/define/param.ts';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { tensor } from '../../../nodes/input/tensor.ts';
import { declaredShape } from '../../../nodes/kernels/declaredShape.ts';
import { readNpy } from '../../../nodes/kernels/npy.ts';
import { tensorFromRecord } from '../../reference/tensorCases.ts';
import { rejects } from '../../rejects.ts';
import { expectClose, testNode } from '../../test-node.ts';
import { infer } from '../tensor/wires.ts';
import { fileHost, media, runInput } from './given.ts';

testNode(tensor);

interface Case {
  readonly name: string;
  readonly file: string;
  readonly want: Parameters<typeof tensorFromRecord>[0] | null;
}
const reference = new URL('../../reference/npy.json', import.meta.url);
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(reference, 'utf8'));
const files = new Map(cases.map(({ name, file }) => [name, Uint8Array.from(Buffer.from(file, 'base64'))]));
const file = (name: string) => files.get(name) ?? new Uint8Array();

describe('input.tensor reads what numpy writes', () => {
  it('has every dtype in both byte orders and layouts', () => expect(cases.length).toBeGreaterThanOrEqual(55));
  for (const { name, want } of cases) {
    it(name, async () => {
      if (want === null) {
        await rejects(() => runInput(tensor, media('x.npy', file(name))), 'media-format');
        return;
      }
      const got = await runInput(tensor, media('x.npy', file(name)));
      expectClose(got.tensor, tensorFromRecord(want), 0);
    });
  }
});

describe('input.tensor at its edges', () => {
  const host = fileHost({ 'a.npy': file('one axis') });
  it('takes a sample, and says that nothing was given', async () => {
    expect((await runInput(tensor, null, { file: 'a.npy' }, host)).tensor).toMatchObject({ shape: [5] });
    await rejects(() => runInput(tensor, null), 'input-missing');
    await rejects(() => runInput(tensor, { kind: 'text', text: 'x' }), 'input-kind');
  });
  it('holds what is given to what is declared', async () => {
    const given: TensorValue = { kind: 'tensor', dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
    const run = (shape: string, dtype = 'any') => runInput(tensor, given, { shape, dtype });
    for (const shape of ['', '2,2', '[2, n]', 'n, n', 'n,m', '?, 2']) await expect(run(shape)).resolves.toBeDefined();
    for (const shape of ['2', '[]', '2,3', '2,2,1']) await rejects(() => run(shape), 'value-shape');
    await rejects(() => run('', 'int64'), 'input-kind');
    const tall: TensorValue = { ...given, shape: [4, 1] };
    await rejects(() => runInput(tensor, tall, { shape: 'n, n' }), 'value-shape');
  });
  it('infers what is declared', () => {
    expect(infer(tensor, {}, { shape: 'batch, 3, ?', dtype: 'int8' }).types.tensor).toMatchObject({
      dtype: 'int8',
      shape: ['batch', 3, null],
    });
    expect(infer(tensor, {}).types.tensor).toMatchObject({ dtype: null, shape: null });
    expect(declaredShape(' [ ] ')).toEqual([]);
    for (const bad of ['1,', 'a b', '-1', '[[1]]', '1;2'])
      expect(paramFault(tensor.params.shape, bad), bad).not.toBeNull();
  });
  it('gives a copy: the memory belongs to whoever gave it', async () => {
    const given: TensorValue = { kind: 'tensor', dtype: 'float32', shape: [1], data: Float32Array.of(1) };
    const got = await runInput(tensor, given);
    given.data[0] = 7;
    expect(got.tensor).toMatchObject({ data: Float32Array.of(1) });
  });
  it('refuses an array over the limit by its header', async () => {
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000), }\n";
    const bytes = new Uint8Array(10 + header.length);
    bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
    bytes.set(new TextEncoder().encode(header), 10);
    await rejects(() => runInput(tensor, media('huge.npy', bytes)), 'tensor-too-large');
    await rejects(
      () => runInput(tensor, media('a.npy', file('one axis')), {}, fileHost({}, { tensorBytes: 4 })),
      'tensor-too-large',
    );
  });
  it('refuses a file that is cut at any byte, or longer than it says', async () => {
    for (const name of ['<f4 C', 'text', 'version 3']) {
      const whole = file(name);
      for (let end = 0; end < whole.length; end++) expectProblem(whole.subarray(0, end));
      expectProblem(Uint8Array.of(...whole, 0));
    }
    await rejects(() => runInput(tensor, media('x.npy', 'PK\u0003\u0004 not numpy')), 'media-format');
  });
  it('gives a tensor or a problem for any change of a byte', () => {
    const names = ['<f4 C', '>i8 F', 'text', 'bool', 'objects', 'version 2'];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), fc.integer({ min: 0, max: 255 }), (name, place, byte) => {
        const bytes = file(name).slice();
        bytes[place % bytes.length] = byte;
        try {
          const got = readNpy(bytes, 'x', 1e6);
          expect(got.data.length).toBe(got.shape.reduce((a, b) => a * b, 1));
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function expectProblem(bytes: Uint8Array): void {
  expect(() => readNpy(bytes, 'x', 1e9)).toThrow(Problem);
}
