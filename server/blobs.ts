import { byteRange } from './byteRange.ts';
import { inertPolicy } from './securityHeaders.ts';
import type { StudioBlob } from './studio/types.ts';

/** What may be shown as it is; anything else is only to be saved. */
const shown =
  /^(image\/(png|jpeg|webp|gif|avif)|audio\/[a-z0-9.+-]+|video\/[a-z0-9.+-]+|text\/plain|application\/json)(;|$)/;

export interface BlobAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

/** The answer to a request for a blob, whichever way it came. Its id names its content, so it is kept for good. */
export function blobAnswer(
  id: string,
  blob: StudioBlob,
  asked: { readonly range?: string; readonly ifNoneMatch?: string },
): BlobAnswer {
  const headers: Record<string, string> = {
    'Content-Security-Policy': inertPolicy,
    'Cache-Control': 'private, max-age=31536000, immutable',
    'Accept-Ranges': 'bytes',
    ETag: `"${id}"`,
    'Content-Type': shown.test(blob.mime) ? blob.mime : 'application/octet-stream',
    ...(shown.test(blob.mime) ? {} : { 'Content-Disposition': 'attachment' }),
  };
  if (asked.ifNoneMatch === headers['ETag']) return { status: 304, headers, body: null };
  const size = blob.bytes.byteLength;
  const range = byteRange(asked.range, size);
  if (range === null) return { status: 200, headers, body: blob.bytes };
  if (range === 'outside')
    return { status: 416, headers: { ...headers, 'Content-Range': `bytes */${size}` }, body: null };
  const part = blob.bytes.subarray(range.first, range.last + 1);
  return {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${range.first}-${range.last}/${size}` },
    body: part,
  };
}
