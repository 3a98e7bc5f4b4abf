import { Busboy } from '@fastify/busboy';
import { Problem } from '../../core/problems/problem.ts';

/** A field or file of multipart/form-data. */
export interface Part {
  readonly name: string;
  /** '' where none was given. */
  readonly filename: string;
  /** Of the part alone; '' where none was given. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** RFC 2046, 5.1.1. */
const longestBoundary = 70;
const forbiddenNames = new Set(['__proto__', 'constructor', 'prototype']);

/** The parts of a body that lies in memory. Throws `request-invalid`. */
export function readMultipart(body: Uint8Array, contentType: string, mostParts: number): Promise<readonly Part[]> {
  const boundary = /boundary=(?:"([^"]*)"|([^;]*))/i.exec(contentType);
  const length = (boundary?.[1] ?? boundary?.[2] ?? '').trim().length;
  if (length === 0 || length > longestBoundary)
    return Promise.reject(
      invalid(
        length === 0
          ? 'The multipart body names no boundary'
          : `The multipart boundary is longer than ${longestBoundary} signs`,
      ),
    );
  return new Promise((resolve, reject) => {
    const parts: Part[] = [];
    const busboy = new Busboy({
      headers: { 'content-type': contentType },
      // Everything comes as bytes: text is held to UTF-8 where it is read.
      isPartAFile: () => true,
      limits: { parts: mostParts, fieldNameSize: 200, headerPairs: 20, headerSize: 8192 },
      fileHwm: 1 << 20,
    });
    const refuse = (problem: Problem): void => {
      reject(problem);
      busboy.removeAllListeners('file');
      busboy.destroy();
    };
    busboy.on('file', (name, stream, filename, _encoding, type) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', () => undefined);
      if (name === undefined || name === '') return refuse(invalid('A part of the multipart body has no name'));
      if (forbiddenNames.has(name)) return refuse(invalid(`A part of the multipart body is called "${name}"`));
      stream.on('end', () => {
        const bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
        parts.push({ name, filename: filename ?? '', type: type ?? '', bytes });
      });
    });
    busboy.on('partsLimit', () => refuse(invalid(`The multipart body has more than ${mostParts} parts`)));
    busboy.on('error', (cause) => refuse(invalid('The multipart body cannot be read', cause)));
    busboy.on('finish', () => resolve(parts));
    busboy.end(body);
  });
}

function invalid(message: string, cause?: unknown): Problem {
  return new Problem('request-invalid', {
    message: `${message}.`,
    fix: 'Send multipart/form-data as browsers and curl write it.',
    cause,
  });
}
