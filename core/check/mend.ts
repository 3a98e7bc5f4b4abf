import type { NodeDefinition } from '../define/node.ts';
import type { PortSpec } from '../define/port.ts';
import type { Registry } from '../define/registry.ts';
import type { WireType } from '../kinds/type.ts';
import type { Json } from '../kinds/value.ts';
import { mismatchesOf } from './fit.ts';

/** A node that, put into a wrong wire, makes it fit. */
export interface WireMend {
  readonly type: string;
  readonly title: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly input: string;
  readonly output: string;
}

/**
 * The nodes that would turn `from` into what `to` demands, best first. A node that says so itself (`mend`) comes
 * before one that merely has the right kinds; each is tried by inference before it is offered.
 */
export function mendsFor(from: WireType, to: PortSpec, registry: Registry): readonly WireMend[] {
  const told: WireMend[] = [];
  const guessed: WireMend[] = [];
  for (const definition of registry.all()) {
    if (definition.external !== null || definition.publishes) continue;
    const params = definition.mend?.(from, to);
    if (params) told.push(...tried(definition, params, from, to));
    else if (!definition.mend && !definition.dynamicPorts && !to.kinds.includes(from.kind))
      guessed.push(...tried(definition, {}, from, to));
  }
  return [...told, ...guessed];
}

function tried(
  definition: NodeDefinition,
  given: Readonly<Record<string, Json>>,
  from: WireType,
  to: PortSpec,
): readonly WireMend[] {
  const params: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(definition.params)) {
    if (!Object.hasOwn(given, name) && spec.form === 'file' && !spec.optional && spec.default === '') return [];
    params[name] = Object.hasOwn(given, name) ? given[name] : spec.default;
  }
  const inputs = Object.entries(definition.inputs(params, {}));
  const required = inputs.filter(([, spec]) => !spec.optional);
  const input = required.length === 1 ? required[0] : undefined;
  if (input === undefined || mismatchesOf(from, input[1], new Map()).length > 0) return [];
  let failed = false;
  const outputs = definition.infer({
    inputs: { [input[0]]: from },
    params,
    files: {},
    dims: {},
    report: (_, init) => {
      failed ||= (init.severity ?? 'error') === 'error';
    },
  });
  if (failed) return [];
  const output = Object.entries(outputs).find(
    ([, type]) =>
      mismatchesOf({ ...type, sequence: definition.stream ? type.sequence : from.sequence }, to, new Map()).length ===
      0,
  );
  return output === undefined
    ? []
    : [{ type: definition.type, title: definition.title, params: given, input: input[0], output: output[0] }];
}
