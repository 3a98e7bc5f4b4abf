import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '../../../core/problems/problem.ts';
import { type Caller, scopes } from './caller.ts';

const key = z.strictObject({
  /** Who it is, as logs and limits name it. */
  name: z.string().regex(/^[\w .@-]{1,64}$/, 'must be 1 to 64 letters, digits, spaces or . @ _ -'),
  /** Of the key itself, which is nowhere kept. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/i, 'must be the sha256 of the key in hex'),
  scopes: z.array(z.enum(scopes)).default(['predict']),
  /** Requests a minute; none: as many as the server takes. */
  perMinute: z.number().positive().optional(),
});
const schema = z.strictObject({ keys: z.array(key).max(10_000) });

/** Finds the caller of a key. Takes the same time for every key that is none. */
export type KeyRing = (given: string) => Caller | null;

/** Reads `{ "keys": [{ "name", "sha256", "scopes", "perMinute" }] }`. Throws `usage`. */
export function parseKeyRing(text: string, file: string): KeyRing {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw wrong(file, 'it is not valid JSON', cause);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(file, `${issue.path.join('.') || 'as a whole'}: ${issue.message}`);
  }
  const { keys } = parsed.data;
  const twice = keys.find((one, at) => keys.findIndex(({ name }) => name === one.name) !== at);
  if (twice !== undefined) throw wrong(file, `two keys are called "${twice.name}"`);
  const known = keys.map((one) => ({ caller: callerOf(one), digest: Buffer.from(one.sha256, 'hex') }));
  return (given) => {
    const digest = createHash('sha256').update(given).digest();
    let found: Caller | null = null;
    for (const one of known) if (timingSafeEqual(one.digest, digest)) found = one.caller;
    return found;
  };
}

function callerOf({ name, scopes: allowed, perMinute }: z.infer<typeof key>): Caller {
  return { name, scopes: new Set(allowed), perMinute: perMinute ?? null };
}

function wrong(file: string, what: string, cause?: unknown): Problem {
  return new Problem('usage', {
    message: `The file of API keys "${file}" cannot be used: ${what}.`,
    fix: 'Write { "keys": [{ "name": "team", "sha256": "...", "scopes": ["predict"] }] }; `tributary key` makes an entry.',
    where: { file },
    cause,
  });
}
