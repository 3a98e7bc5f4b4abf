import type { ValueTools } from '../../core/serve/jsonValues.ts';
import { encodeValue } from '../../host/files/encodeValue.ts';

/** What values need of this machine to become JSON, and back. */
export const valueTools: ValueTools = {
  fromBase64: decodeBase64,
  toBase64: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  encode: encodeValue,
};

/** null for what is not base64; white space, as some encoders break lines with, is passed over. */
function decodeBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === expectedBytes(text)) return bytes;
  // The decoder leaves out what does not belong there: fewer bytes than the text promises, unless it was white space.
  const dense = text.replace(/[\r\n\t ]+/g, '');
  return dense.length < text.length && bytes.length === expectedBytes(dense) ? bytes : null;
}

function expectedBytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const letters = text.length - padding;
  return letters % 4 === 1 ? -1 : Math.floor((letters * 3) / 4);
}
