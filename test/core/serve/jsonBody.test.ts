import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJsonBody } from '../../../core/serve/jsonBody.ts';
import { rejects } from '../../rejects.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('gives what JSON.parse gives, for any JSON without forbidden keys', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      fc.pre(!/"(__proto__|constructor|prototype)"/.test(text));
      expect(parseJsonBody(bytes(text), 100)).toEqual(JSON.parse(text));
    }),
  );
});

it('refuses keys that reach a prototype, however they are spelled, and lets them stand as texts', async () => {
  for (const key of ['__proto__', 'constructor', 'prototype', '\\u005f_proto__', '__pr\\u006fto__'])
    await rejects(() => parseJsonBody(bytes(`{"a":[{"${key}" : {"x":1}}]}`), 100), 'document-forbidden-key');
  expect(parseJsonBody(bytes('["__proto__", {"a":"constructor"}]'), 100)).toEqual(['__proto__', { a: 'constructor' }]);
});

it('refuses depth before it is parsed, and brackets inside of texts do not count', async () => {
  await rejects(() => parseJsonBody(bytes('['.repeat(3_000_000)), 100), 'document-too-deep');
  const text = `["${'['.repeat(500)}\\"${'{'.repeat(500)}"]`;
  expect(parseJsonBody(bytes(text), 1)).toEqual(JSON.parse(text));
});

it('bounds what stands outside of texts', async () => {
  const base64 = 'A'.repeat(100_000);
  expect(parseJsonBody(bytes(JSON.stringify({ image: base64 })), 100, 100)).toEqual({ image: base64 });
  const numbers = JSON.stringify(Array.from({ length: 1000 }, (_, i) => i));
  await rejects(() => parseJsonBody(bytes(numbers), 100, 100), 'request-too-large');
});

it('says what is no JSON and what is no UTF-8, and shows nothing of it', async () => {
  for (const text of ['', '{', '{"a":}', '"\\u12"', 'nope']) {
    const { message } = await rejects(() => parseJsonBody(bytes(text), 100), 'request-invalid');
    expect(message).not.toContain('nope');
  }
  await rejects(() => parseJsonBody(Uint8Array.of(0x22, 0xff, 0xfe, 0x22), 100), 'request-invalid');
});
