import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Problem } from '../../core/problems/problem.ts';

export interface BodyBounds {
  /** Of one body, as it comes and once inflated. */
  readonly bodyBytes: number;
  /** Of all bodies that are held. */
  readonly bodiesBytes: number;
}

/** What the bodies of all requests take. */
export interface BodyLedger {
  readonly bounds: BodyBounds;
  held: number;
}

/** A body that was read, until it is let go of. */
export interface HeldBody {
  readonly bytes: Buffer;
  /** Its memory counts no more. */
  letGo(): void;
}

const inflaters = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

const firstBytes = 64 * 1024;
/** Pieces that a body may come in: so many, and one more for each so many bytes. Millions of single bytes are an attack. */
const freePieces = 16_384;
const bytesPerPiece = 128;
/** How long the answer to such a body may take before its connection is cut. */
const lastWordMs = 500;

/**
 * Reads a body whole, in memory, however it is cut into pieces: never more than the bounds, neither of what comes nor
 * of what it inflates to. What is left of one that is refused is read by Node and thrown away. Throws
 * `request-too-large`, `request-unsupported`, `request-invalid`, `overloaded`.
 */
export async function readBody(request: IncomingMessage, payload: Readable, ledger: BodyLedger): Promise<HeldBody> {
  const most = ledger.bounds.bodyBytes;
  const declared = Number(request.headers['content-length'] ?? Number.NaN);
  if (declared > most) throw tooLarge(most);
  const source = inflated(request, payload, most);
  const body = new GrowingBody(ledger, Number.isNaN(declared) || source !== payload ? firstBytes : declared);
  const encoded = source !== payload;
  try {
    await collect(source, body);
    if (!request.complete) throw cutShort();
  } catch (error) {
    body.letGo();
    if (encoded) {
      payload.unpipe();
      source.destroy();
    }
    if (body.dribbles()) setTimeout(() => request.socket.destroy(), lastWordMs).unref();
    throw asProblem(error, encoded);
  }
  return { bytes: body.whole(), letGo: () => body.letGo() };
}

/** What comes after a refusal is let through unread: the answer goes over the same connection. */
function collect(source: Readable, body: GrowingBody): Promise<void> {
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      try {
        body.add(chunk);
      } catch (error) {
        source.off('data', onData);
        source.pause();
        reject(error);
      }
    };
    source.on('data', onData);
    source.on('end', resolve);
    source.on('error', reject);
    source.on('close', () => {
      if (!source.readableEnded) reject(cutShort());
    });
  });
}

function inflated(request: IncomingMessage, payload: Readable, most: number): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return payload;
  if (!Object.hasOwn(inflaters, encoding))
    throw new Problem('request-unsupported', {
      message: `The body is encoded as ${JSON.stringify(encoding.slice(0, 60))}, which is not taken.`,
      fix: 'Send it plain, or as gzip, deflate or br.',
    });
  const inflater = inflaters[encoding as keyof typeof inflaters]();
  let came = 0;
  payload.on('data', (chunk: Buffer) => {
    came += chunk.length;
    if (came > most) inflater.destroy(tooLarge(most));
  });
  payload.on('error', (error) => inflater.destroy(error));
  payload.on('close', () => {
    if (!payload.readableEnded) inflater.destroy(cutShort());
  });
  return payload.pipe(inflater);
}

/** Bytes in one piece of memory that grows twofold: a million pieces of one byte cost no more than one of a million. */
class GrowingBody {
  readonly #ledger: BodyLedger;
  #memory: Buffer;
  #length = 0;
  #held = 0;
  #pieces = 0;

  constructor(ledger: BodyLedger, expected: number) {
    this.#ledger = ledger;
    this.#memory = Buffer.allocUnsafe(Math.min(expected, firstBytes * 16));
  }

  whole(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  add(chunk: Buffer): void {
    const { bodyBytes, bodiesBytes } = this.#ledger.bounds;
    const length = this.#length + chunk.length;
    this.#pieces++;
    if (this.dribbles()) throw tooManyPieces(this.#pieces);
    if (length > bodyBytes) throw tooLarge(bodyBytes);
    if (this.#ledger.held + chunk.length > bodiesBytes) throw noRoom();
    this.#ledger.held += chunk.length;
    this.#held += chunk.length;
    if (length > this.#memory.length) {
      const larger = Buffer.allocUnsafe(Math.min(bodyBytes, Math.max(length, 2 * this.#memory.length)));
      this.#memory.copy(larger, 0, 0, this.#length);
      this.#memory = larger;
    }
    chunk.copy(this.#memory, this.#length);
    this.#length = length;
  }

  dribbles(): boolean {
    return this.#pieces > freePieces + this.#length / bytesPerPiece;
  }

  letGo(): void {
    this.#ledger.held -= this.#held;
    this.#held = 0;
  }
}

function tooLarge(most: number): Problem {
  return new Problem('request-too-large', {
    message: `The body is larger than ${most} bytes, as it is or once inflated.`,
    fix: 'Send less at once, or raise the limit serverBodyBytes.',
  });
}

function tooManyPieces(pieces: number): Problem {
  return new Problem('request-invalid', {
    message: `The body comes in more than ${pieces} pieces of a few bytes each.`,
    fix: 'Send it in larger chunks.',
  });
}

function noRoom(): Problem {
  return new Problem('overloaded', {
    message: 'The bodies of the requests under way take all the memory that is set aside for them.',
    fix: 'Try again later.',
    retryAfterSeconds: 1,
  });
}

function cutShort(): Problem {
  return new Problem('request-invalid', {
    message: 'The body ended before it was whole.',
    fix: 'Send it again.',
  });
}

function asProblem(error: unknown, encoded: boolean): Problem {
  if (error instanceof Problem) return error;
  if (!encoded) return cutShort();
  return new Problem('request-invalid', {
    message: 'The body is not what its content-encoding says.',
    fix: 'Send it again, or without a content-encoding.',
    cause: error,
  });
}
