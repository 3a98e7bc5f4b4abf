import type { Plan, Stage } from '../plan/plan.ts';
import type { RunHost } from './host.ts';
import type { RunInputs } from './result.ts';

/**
 * The content key of every stage, known before anything runs: node types, versions, parameters, the hashes of files
 * that parameters name, and the keys of what flows in. null: must not be cached.
 */
export async function stageKeys(
  plan: Plan,
  inputs: RunInputs,
  host: RunHost,
  signal: AbortSignal,
): Promise<readonly (string | null)[]> {
  const keys: (string | null)[] = [];
  for (const stage of plan.stages) keys.push(await stageKey(stage, plan, inputs, keys, host, signal));
  return keys;
}

async function stageKey(
  stage: Stage,
  plan: Plan,
  inputs: RunInputs,
  keys: readonly (string | null)[],
  host: RunHost,
  signal: AbortSignal,
): Promise<string | null> {
  const parts: string[] = [host.cacheSalt];
  for (const node of stage.nodes) {
    if (!node.definition.pure) return null;
    parts.push(`${node.definition.type}@${node.definition.version}`, stableJson(node.params));
    for (const [param, file] of Object.entries(node.files)) parts.push(param, file?.sha256 ?? '');
    if (node.definition.external !== null) {
      const given = inputs[plan.inputs.get(node.id) as string];
      const key = given === undefined ? 'sample' : await host.contentKey(given, signal);
      if (key === null) return null;
      parts.push(key);
    }
  }
  for (const [port, source] of Object.entries(stage.sources)) {
    const dot = source.indexOf('.');
    const key = keys[plan.stageOf.get(source.slice(0, dot)) as number];
    if (key === null) return null;
    parts.push(port, key, source.slice(dot + 1));
  }
  return host.digest(parts);
}

function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}
