import type { IncomingMessage } from 'node:http';
import { Problem } from '../core/problems/problem.ts';
import { clientIdSchema } from '../core/studio/transport.ts';
import { sizeText } from '../host/files/host.ts';
import { queryValue } from './routes.ts';

export interface UploadAsk {
  readonly client: string;
  readonly name: string;
}

/** Who uploads what, from the query. Throws `usage`. */
export function uploadAsk(target: string): UploadAsk {
  const client = clientIdSchema.safeParse(queryValue(target, 'client') ?? '');
  if (!client.success) throw badUpload('It does not say which window it comes from.');
  return { client: client.data, name: uploadName(target) };
}

/** The file name that an upload's query gives: a name, not a path. Throws `usage`. */
export function uploadName(target: string): string {
  const name = queryValue(target, 'name') ?? '';
  // Control characters are refused; what else a name may hold is for the folder that it goes into to say.
  if (name === '' || name.length > 255 || /[\u0000-\u001f\u007f/\\]/.test(name) || name === '.' || name === '..')
    throw badUpload('Its name must be a plain file name of at most 255 characters.');
  return name;
}

/** Throws `media-too-large` when the request says that it is. */
export function refuseLarge(request: IncomingMessage, name: string, maxBytes: number): void {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(name, maxBytes);
}

/** The body, counted: more than `maxBytes` throws `media-too-large`; one that breaks off throws `media-corrupt`. */
export async function* boundedBody(
  body: AsyncIterable<Uint8Array>,
  name: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge(name, maxBytes);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('media-corrupt', {
      message: `"${name}" broke off after ${sizeText(bytes)}.`,
      fix: 'Send it again.',
      where: { file: name },
      cause,
    });
  }
}

function tooLarge(name: string, maxBytes: number): Problem {
  return new Problem('media-too-large', {
    message: `"${name}" is larger than ${sizeText(maxBytes)}, the limit for a file.`,
    fix: 'Use a smaller file, or start the studio with a higher limit: --limit mediaFileBytes=4g.',
    where: { file: name },
  });
}

function badUpload(why: string): Problem {
  return new Problem('usage', {
    message: `The upload is not understood. ${why}`,
    fix: 'Reload the page and drop the file again.',
  });
}
