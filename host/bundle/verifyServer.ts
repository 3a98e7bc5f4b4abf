import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Checked } from '../../core/check/checked.ts';
import { makeLimits } from '../../core/define/limits.ts';
import type { Json, Value } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { PublishedOutput } from '../../core/run/result.ts';
import { answeredOutput, type MediaReader } from '../../core/serve/answerValue.ts';
import { compareOutputs, type SampleVerdict, sampleVerdictsSchema } from '../../core/serve/golden.ts';
import type { GoldenInput } from '../../core/serve/manifest.ts';
import { recordedValue } from '../../core/serve/recordedValue.ts';
import { makeAudioHost } from '../audio/host.ts';
import { makeImageHost } from '../image/host.ts';
import { askServer } from '../remote/askServer.ts';
import { base64 } from './base64.ts';
import type { Bundle } from './verify.ts';
import { readRecorded } from './verifyGolden.ts';

export interface ServerAsk {
  /** Where it answers, e.g. `https://host:8080`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onSample?: (done: number, of: number, name: string) => void;
}

/** Where a server reproduces its own golden samples, and tells every node that differs. */
export const goldenRoute = '/v1/golden';

/** Asks a server to run its own golden samples with a look at every port; null where it does not offer that. Throws `connection-lost`. */
export async function askGolden(ask: ServerAsk): Promise<readonly SampleVerdict[] | null> {
  const answer = await send(ask, goldenRoute, '{}');
  if (answer.status === 404 || answer.status === 405 || answer.status === 501) return null;
  const json = await jsonOf(answer, ask.url);
  const parsed = sampleVerdictsSchema.safeParse(json);
  if (!parsed.success) throw notTributary(ask.url, 'it answers with something else');
  return parsed.data.samples;
}

/**
 * Sends the golden inputs of a bundle to a server, as any caller would, and holds its answers against what was recorded.
 * Where one differs, the server is asked which node it began at. Throws `connection-lost`.
 */
export async function verifyServer(
  ask: ServerAsk,
  bundle: Bundle,
  checked: Checked,
): Promise<readonly SampleVerdict[]> {
  const { samples } = bundle.manifest.golden;
  const verdicts: SampleVerdict[] = [];
  for (const [at, sample] of samples.entries()) {
    ask.onSample?.(at, samples.length, sample.name);
    const recorded = await readRecorded(bundle, sample.recorded);
    const inputs: Record<string, Json> = {};
    for (const [name, input] of Object.entries(sample.inputs)) inputs[name] = await inputJson(bundle.folder, input);
    const answer = await jsonOf(await send(ask, `/predict?top=${mostClasses}`, JSON.stringify({ inputs })), ask.url);
    const given = outputsOf(answer, ask.url);
    const found: Record<string, PublishedOutput> = {};
    for (const [name, output] of Object.entries(recorded.outputs)) {
      if (!Object.hasOwn(given, name)) continue;
      const before: PublishedOutput =
        output.status === 'missing'
          ? { status: 'missing', problem: new Problem('modality-missing', { message: output.code, fix: '' }).data }
          : {
              status: 'present',
              kind: 'json',
              sequence: output.sequence,
              items: output.items.map(({ t, value }) => ({ t, value: recordedValue(value, base64) })),
            };
      found[name] = await answeredOutput(before, given[name], readMedia(ask.signal));
    }
    // A sound comes back with 16 bits a sample.
    const terms = { ...bundle.manifest.golden };
    verdicts.push({ sample: sample.name, ports: [], ...compareOutputs(recorded, found, checked, terms, true, base64) });
  }
  if (verdicts.every(({ outputs }) => outputs.length === 0)) return verdicts;
  const own = await askGolden(ask).catch(() => null);
  return verdicts.map((verdict) => ({
    ...verdict,
    ports: own?.find(({ sample }) => sample === verdict.sample)?.ports ?? [],
  }));
}

const mostClasses = 100_000;

async function inputJson(folder: string, input: GoldenInput): Promise<Json> {
  if ('text' in input) return input.text;
  if ('json' in input) return input.json as Json;
  const fileJson = async (file: string, name: string): Promise<Json> => ({
    b64: base64.toBase64(await readFile(path.join(folder, ...file.split('/')))),
    name,
  });
  if ('file' in input) return fileJson(input.file, input.name);
  const names = (await readdir(path.join(folder, ...input.folder.split('/')))).sort();
  return Promise.all(names.map((name) => fileJson(`${input.folder}/${name}`, name)));
}

function readMedia(signal: AbortSignal): MediaReader {
  const limits = makeLimits();
  const deps = {
    limits,
    resolveSource: () => Promise.reject(new Error('only bytes are read here')),
    sourceBytes: async (source: { readonly bytes?: Uint8Array }) => source.bytes ?? new Uint8Array(0),
  };
  return async (dataUrl, kind): Promise<Value> => {
    const bytes = base64.fromBase64(dataUrl.slice(dataUrl.indexOf(',') + 1)) ?? new Uint8Array(0);
    const source = { kind: 'media', bytes, name: 'the answer' } as const;
    return kind === 'audio' ? makeAudioHost(deps).decode(source, signal) : makeImageHost(deps).decode(source, signal);
  };
}

function send({ url, headers, signal }: ServerAsk, route: string, body: string): Promise<Response> {
  const address = new URL(route.slice(1), url.endsWith('/') ? url : `${url}/`);
  return askServer(address, url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    signal,
  });
}

async function jsonOf(answer: Response, url: string): Promise<Json> {
  const text = await answer.text();
  let json: Json;
  try {
    json = JSON.parse(text);
  } catch {
    throw notTributary(url, `it answers ${answer.status} and no JSON`);
  }
  if (answer.ok) return json;
  const error = typeof json === 'object' && json !== null && 'error' in json ? json.error : null;
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : text.slice(0, 200);
  throw new Problem(answer.status === 503 ? 'not-ready' : 'connection-lost', {
    message: `${url} answers ${answer.status}: ${message}`,
    fix:
      answer.status === 401 || answer.status === 403
        ? 'Name the file that holds the key with --api-key-file, or set TRIBUTARY_API_KEY.'
        : 'See what /readyz of the server says.',
  });
}

function outputsOf(json: Json, url: string): Readonly<Record<string, Json>> {
  const outputs = typeof json === 'object' && json !== null && 'outputs' in json ? json.outputs : null;
  if (typeof outputs === 'object' && outputs !== null && !Array.isArray(outputs))
    return outputs as Readonly<Record<string, Json>>;
  throw notTributary(url, 'its answer has no outputs');
}

function notTributary(url: string, why: string): Problem {
  return new Problem('connection-lost', {
    message: `${url} is no server of Tributary: ${why}.`,
    fix: 'Name the address that serves the bundle, without a path.',
  });
}
