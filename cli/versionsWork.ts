import { z } from 'zod';
import { Problem, type ProblemData, problemFrom } from '../core/problems/problem.ts';
import { type ProblemCode, problemTable } from '../core/problems/table.ts';
import { askServer } from '../host/remote/askServer.ts';
import { makeVoice, print } from './report.ts';
import { cancelOnSignal } from './run.ts';
import { callerHeaders } from './serverKey.ts';
import type { VersionAction, VersionsOptions } from './versions.ts';
import { journalText, versionsText } from './versionsText.ts';

const versionsAnswer = z.object({
  versions: z.array(
    z.object({
      version: z.string(),
      state: z.string(),
      weight: z.number(),
      shadow: z.boolean(),
      tried: z.boolean(),
      answered: z.number(),
      failed: z.number(),
      compared: z.number(),
      different: z.number(),
      largestDifference: z.number(),
      dropped: z.number(),
      problem: z.string().optional(),
    }),
  ),
});
const journalAnswer = z.object({
  entries: z.array(z.object({ at: z.string(), event: z.string(), version: z.string(), words: z.string() })),
});
const errorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string(), fix: z.string().default('') }),
});

export type VersionRow = z.infer<typeof versionsAnswer>['versions'][number];
export type JournalRow = z.infer<typeof journalAnswer>['entries'][number];

interface Ask {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Without a slash at its beginning: it is found from the address. */
  readonly route: string;
  readonly body?: object;
}

/** Asks the server at an address to do it, and tells what versions there are then. */
export async function manageVersions(
  address: string,
  action: VersionAction,
  details: readonly string[],
  options: VersionsOptions,
): Promise<void> {
  const voice = makeVoice(options);
  const ask = askOf(action, details, options);
  const base = baseOf(address);
  const headers = await callerHeaders(options, process.env);
  const { signal, release } = cancelOnSignal();
  try {
    const answer = await send(base, ask, headers, signal);
    if (voice.json) return await print(JSON.stringify(answer, null, 2));
    if (action === 'journal')
      await print(journalText(fitting(journalAnswer, answer, base).entries.slice(0, lastOf(options)), voice.out));
    else await print(versionsText(fitting(versionsAnswer, answer, base).versions, voice.out));
  } finally {
    release();
  }
}

function askOf(action: VersionAction, details: readonly string[], options: VersionsOptions): Ask {
  const [name = '', share = ''] = details;
  const one = `v1/versions/${encodeURIComponent(name)}`;
  if (action === 'list') return { method: 'GET', route: 'v1/versions' };
  if (action === 'journal') {
    lastOf(options);
    return { method: 'GET', route: 'v1/journal' };
  }
  if (action === 'load') return { method: 'POST', route: 'v1/versions', body: loadBody(name, options) };
  if (action === 'route') return { method: 'POST', route: `${one}/weight`, body: { weight: shareOf(share) } };
  if (action === 'unload') return { method: 'DELETE', route: one };
  return { method: 'POST', route: `${one}/${action}` };
}

function loadBody(bundle: string, { as, rollout = 'canary', weight }: VersionsOptions): object {
  if (weight !== undefined && rollout !== 'canary')
    throw new Problem('usage', {
      message: `--weight says what a canary gets; --rollout ${rollout} leaves no choice.`,
      fix: 'Leave one of them out.',
    });
  return {
    bundle,
    rollout,
    ...(as === undefined ? {} : { version: as }),
    ...(weight === undefined ? {} : { weight: shareOf(weight) }),
  };
}

/** `0.5` and `50%` are the same share. Throws `usage`. */
export function shareOf(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?|\.\d+)\s*(%?)$/.exec(text.trim()) ?? [];
  const share = Number(digits) / (percent === '%' ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  throw new Problem('usage', {
    message: `${JSON.stringify(text)} is no share of the requests.`,
    fix: 'Give 0 to 1, or 0% to 100%: for example 0.1 or 10%.',
  });
}

function lastOf({ last }: VersionsOptions): number {
  const count = Number(last);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Problem('usage', {
    message: `--last ${JSON.stringify(last)} is no number.`,
    fix: 'For example: --last 50.',
  });
}

function baseOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '' && url.hash === '') {
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    return url;
  }
  throw new Problem('usage', {
    message: `${JSON.stringify(address)} is no address of a server.`,
    fix: 'Write http://host:port or https://host, without a key in it.',
  });
}

async function send(
  base: URL,
  { method, route, body }: Ask,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<unknown> {
  const answer = await askServer(new URL(route, base), base.href, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal,
  });
  const json = await answer.json().catch(() => {
    throw notTributary(base, `it answers ${answer.status} and no JSON`);
  });
  if (answer.ok) return json;
  const refused = errorAnswer.safeParse(json);
  if (!refused.success) throw notTributary(base, `it answers ${answer.status} with something else`);
  throw refusal(refused.data.error, base);
}

/** What the server said, with what a person at a terminal can do about it. */
function refusal({ code, message, fix }: z.infer<typeof errorAnswer>['error'], base: URL): Problem {
  if (code === 'route-unknown')
    return new Problem('route-unknown', {
      message: `${base.href} manages no versions.`,
      fix: 'Start it with --bundles <folder> (in a container TRIBUTARY_BUNDLES) and keys, one of them with the scope "admin".',
    });
  if (code === 'unauthorised')
    return new Problem('unauthorised', {
      message: `${base.href}: ${message}`,
      fix: 'Name the file that holds the key with --api-key-file, or set TRIBUTARY_API_KEY.',
    });
  const told: ProblemData = {
    code: isCode(code) ? code : 'request-invalid',
    message,
    fix: code === 'forbidden' ? 'Use a key with the scope "admin": `tributary key <name> --admin` makes one.' : fix,
    where: {},
    severity: 'error',
  };
  return problemFrom(told);
}

function isCode(text: string): text is ProblemCode {
  return Object.hasOwn(problemTable, text);
}

function fitting<T>(schema: z.ZodType<T>, answer: unknown, base: URL): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw notTributary(base, 'it answers with something else');
}

function notTributary(base: URL, why: string): Problem {
  return new Problem('connection-lost', {
    message: `${base.href} is no server of Tributary: ${why}.`,
    fix: 'Name the address that serves the bundle.',
  });
}
