import { Problem } from '../core/problems/problem.ts';
import { readWhole } from '../host/files/host.ts';

export interface CallerOptions {
  readonly header?: readonly string[];
  readonly apiKeyFile?: string;
}

export const keyOption = [
  '--api-key-file <file>',
  'for an address: the key or token to ask with; else TRIBUTARY_API_KEY, where it is set',
] as const;

/**
 * Headers that say who asks. A key comes from a file or the environment, never from the command line, where every process of
 * the machine could read it; a header that a person writes goes before it. Throws `usage` and what reading a file throws.
 */
export async function callerHeaders(
  { header = [], apiKeyFile }: CallerOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, string>>> {
  const written = Object.fromEntries(header.map(headerOf));
  const key = await keyOf(apiKeyFile, env);
  return key === null || 'authorization' in written || 'x-api-key' in written
    ? written
    : { authorization: `Bearer ${key}`, ...written };
}

async function keyOf(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const from = file === undefined ? 'TRIBUTARY_API_KEY' : JSON.stringify(file);
  const text =
    file === undefined
      ? (env['TRIBUTARY_API_KEY'] ?? '')
      : new TextDecoder().decode(await readWhole(file, { name: file, maxBytes: 65_536 }));
  const key = text.trim();
  if (file === undefined && key === '') return null;
  // RFC 6750, 2.1, and whatever else stands in one word: more would be a file of something else, or end the header.
  if (/^[\x21-\x7e]{1,8192}$/.test(key)) return key;
  throw new Problem('usage', {
    message: `${from} holds no key: a key is one word.`,
    fix: 'Put what `tributary key` printed behind "key" there, and nothing else.',
  });
}

function headerOf(pair: string): readonly [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(pair) ?? [];
  if (name === undefined)
    throw new Problem('usage', {
      message: `--header ${JSON.stringify(pair.slice(0, 40))} is not "name: value".`,
      fix: 'For example: --header "x-tributary-key: anna".',
    });
  return [name.toLowerCase(), value];
}
