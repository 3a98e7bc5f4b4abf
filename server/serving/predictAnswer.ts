import type { Json } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { PublishedOutput, RunResult } from '../../core/run/result.ts';
import { type OutputForm, outputJson, type ValueTools } from '../../core/serve/jsonValues.ts';
import { writableTypes } from '../../host/files/encodeValue.ts';
import type { Predicted } from './contract.ts';
import { publicProblem } from './publicProblem.ts';

/** The body of an answer. */
export async function answerJson(
  { result, version, queueMs, runMs }: Predicted,
  requestId: string,
  tools: ValueTools,
  form: OutputForm,
): Promise<Json> {
  const outputs: Record<string, Json> = {};
  const missing: Record<string, Json> = {};
  for (const [name, output] of Object.entries(result.outputs)) {
    outputs[name] = await outputJson(output, tools, form);
    if (output.status === 'missing') missing[name] = { ...publicProblem(output.problem) } as Json;
  }
  const warnings = result.warnings.map((warning) => ({ ...publicProblem(warning) }) as Json);
  return {
    outputs,
    ...(Object.keys(missing).length === 0 ? {} : { missing }),
    ...(warnings.length === 0 ? {} : { warnings }),
    timings: { queueMs: rounded(queueMs), runMs: rounded(runMs), nodes: nodeTimes(result) },
    version,
    requestId,
  };
}

function nodeTimes(result: RunResult): Json {
  return Object.fromEntries(Object.entries(result.nodes).map(([node, { runMs }]) => [node, rounded(runMs)]));
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** The type that a caller wants in place of JSON; null when JSON will do. */
export function rawType(accept: string | undefined): string | null {
  if (accept === undefined) return null;
  const types = accept.split(',').map((type) => type.split(';')[0].trim().toLowerCase());
  if (types.some((type) => type === '*/*' || type === 'application/json' || type === 'application/*')) return null;
  return types.find((type) => /^(image|audio)\/[\w*.+-]+$|^text\/plain$/.test(type)) ?? null;
}

/** The one output that can be given as a file of that type. Throws `request-unsupported`. */
export async function rawAnswer(
  { result }: Predicted,
  type: string,
  tools: ValueTools,
): Promise<{ readonly mime: string; readonly bytes: Uint8Array }> {
  const family = type.split('/')[0];
  const fitting = Object.entries(result.outputs).filter(([, output]) => fits(output, family));
  if (fitting.length !== 1)
    throw new Problem('request-unsupported', {
      message: `${fitting.length === 0 ? 'No output' : `More than one output (${fitting.map(([name]) => name).join(', ')})`} can be given as ${type}.`,
      fix: fitting.length === 0 ? 'Ask for JSON.' : 'Name one of them in the query (?outputs=...), or ask for JSON.',
    });
  const [[name, output]] = fitting;
  const value = output.status === 'present' && output.sequence === 'one' ? output.items[0]?.value : undefined;
  if (value?.kind === 'text') return { mime: 'text/plain; charset=utf-8', bytes: new TextEncoder().encode(value.text) };
  if (value?.kind === 'image' || value?.kind === 'mask' || value?.kind === 'audio')
    return tools.encode(value, type.endsWith('/*') ? writableTypes(value.kind)[0] : type);
  throw new Problem('modality-missing', {
    message: `The output "${name}" has no value that could be given as ${type}.`,
    fix: 'Ask for JSON, which says why.',
  });
}

function fits(output: PublishedOutput, family: string): boolean {
  if (output.status === 'missing') return false;
  if (family === 'image') return output.kind === 'image' || output.kind === 'mask';
  return output.kind === family;
}
