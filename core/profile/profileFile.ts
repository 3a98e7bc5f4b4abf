import type { z } from 'zod';
import { Problem } from '../problems/problem.ts';
import type { Profile, ProfileSummary } from './profile.ts';
import { profileVersion } from './profile.ts';
import { headSchema, profileSchema } from './profileSchema.ts';

/** Characters of a profile's file at the most: 5000 runs of 20 nodes have 2 million. */
export const mostProfileChars = 256 * 1024 * 1024;
/** A document nests at most so deep, and a profile holds it a few levels down. */
const mostDepth = 200;

/** What a list shows of a profile, but for how much room it takes. */
export type ProfileHead = Omit<ProfileSummary, 'bytes'>;

export function headOf(profile: Profile): ProfileHead {
  const { id, label, createdAt, documentHash, device, measured, environment } = profile;
  const { runs, wall } = measured;
  return { id, label, createdAt, documentHash, device, runs, p50: wall.p50, p95: wall.p95, cpu: environment.cpu };
}

export function summaryOf(profile: Profile, bytes: number): ProfileSummary {
  return { ...headOf(profile), bytes };
}

/**
 * A profile as it is kept: keys in a stable order, what a list shows on the second line, and a line per field below.
 * Throws `profile-invalid` when it is more than can be read back.
 */
export function profileText(profile: Profile): string {
  const lines: string[] = [];
  let chars = 0;
  function add(key: string, value: unknown): void {
    const line = `  ${JSON.stringify(key)}: ${JSON.stringify(sorted(value))}`;
    chars += line.length + 2;
    if (chars > mostProfileChars) throw tooLong(`The profile of "${profile.document.name}"`);
    lines.push(line);
  }
  add('head', { profileVersion: profile.profileVersion, ...headOf(profile) });
  for (const key of fields) add(key, profile[key]);
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** The same value with the keys of its objects in order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // Columns of numbers, which may be long.
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value : value.map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sorted(entry)]));
}

const fields = [
  'profileVersion',
  'id',
  'label',
  'createdAt',
  'durationMs',
  'document',
  'documentHash',
  'device',
  'samples',
  'settings',
  'environment',
  'measured',
  'load',
  'advice',
  'search',
] as const satisfies readonly (keyof Profile)[];

/**
 * Reads a profile's file. Throws one Problem that says what is wrong and where: `profile-invalid` (not JSON, cut off, too
 * long, too deep, a field that does not fit) or `profile-newer`.
 */
export function parseProfile(content: string, file = 'The profile'): Profile {
  if (content.length > mostProfileChars) throw tooLong(file);
  if (depthPasses(content, mostDepth)) throw broken(file, `it is nested deeper than ${mostDepth} levels`);
  const json = parseJson(content, file);
  refuseNewer(json, file);
  const parsed = profileSchema.safeParse(json);
  if (!parsed.success) throw broken(file, issueText(parsed.error));
  return parsed.data;
}

/**
 * What a list shows, from the first two lines of a profile's file. Throws as `parseProfile` does, as far as that much
 * of it shows.
 */
export function parseHead(start: string, file: string): ProfileHead {
  const line = /^\{\n {2}"head": (\{.*\}),\n/.exec(start)?.[1];
  if (line === undefined) throw broken(file, 'it does not begin as a profile does');
  const json = parseJson(line, file);
  refuseNewer(json, file);
  const parsed = headSchema.safeParse(json);
  if (!parsed.success) throw broken(file, issueText(parsed.error));
  return parsed.data;
}

/** How a whole file ends; one that was cut off does not. */
export const profileEnd = '\n}\n';

function parseJson(content: string, file: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw broken(file, `it is not valid JSON (${words.slice(0, 200)})`);
  }
}

function refuseNewer(json: unknown, file: string): void {
  if (typeof json !== 'object' || json === null || !('profileVersion' in json)) return;
  const version = json.profileVersion;
  if (typeof version !== 'number' || !Number.isInteger(version) || version <= profileVersion) return;
  throw new Problem('profile-newer', {
    message: `${file} was written in version ${version} of the format; this Tributary knows version ${profileVersion}.`,
    fix: 'Update Tributary to look at it, or measure again.',
    where: { file },
  });
}

function broken(file: string, why: string): Problem {
  return new Problem('profile-invalid', {
    message: `${file} cannot be read: ${why}.`,
    fix: 'Measure again; the file can be removed.',
    where: { file },
  });
}

function tooLong(file: string): Problem {
  return new Problem('profile-invalid', {
    message: `${file} is longer than the ${mostProfileChars} characters that a profile may have.`,
    fix: 'Measure with fewer runs.',
    where: { file },
  });
}

function issueText(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue.path.map(String).join('.') || 'the top level'}: ${issue.message}`;
}

/** Whether brackets outside strings nest deeper: what parses recursively must not be given more. */
function depthPasses(content: string, most: number): boolean {
  let depth = 0;
  for (let i = 0; i < content.length; i++) {
    const code = content.charCodeAt(i);
    if (code === 0x22) {
      for (i++; i < content.length && content.charCodeAt(i) !== 0x22; i++) if (content.charCodeAt(i) === 0x5c) i++;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > most) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}
