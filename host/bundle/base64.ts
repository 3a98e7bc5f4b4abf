import type { ValueTools } from '../../core/serve/jsonValues.ts';

/** Base64 as recorded values are written in. */
export const base64: Pick<ValueTools, 'fromBase64' | 'toBase64'> = {
  toBase64: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  fromBase64: (text) => (/^[A-Za-z0-9+/]*={0,2}$/.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : null),
};
