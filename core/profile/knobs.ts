import type { CheckedNode } from '../check/checked.ts';
import { batchFault } from '../define/batchable.ts';
import type { Device } from '../define/host.ts';
import { type ParamSpec, paramFault, type Tune } from '../define/param.ts';
import type { Json } from '../kinds/value.ts';

/** What the machine that measures has to offer. */
export interface Machine {
  readonly cores: number;
  /** Devices that start here; the CPU among them. */
  readonly devices: readonly Exclude<Device, 'auto'>[];
}

/** A parameter that changes how fast a node is. */
export interface Knob {
  readonly node: string;
  readonly param: string;
  readonly tune: Tune;
  readonly spec: ParamSpec;
  /** As the document has it. */
  readonly now: Json;
}

/** The knobs of a node, by what they turn. */
export function knobsOf(node: CheckedNode): ReadonlyMap<Tune, Knob> {
  const found = new Map<Tune, Knob>();
  for (const [param, spec] of Object.entries(node.definition.params)) {
    const { tune } = spec;
    if (tune === undefined || found.has(tune)) continue;
    const given = Object.hasOwn(node.node.params, param) ? node.node.params[param] : (spec.default as Json);
    found.set(tune, { node: node.id, param, tune, spec, now: given });
  }
  return found;
}

/** Of these values, those that the parameter takes, each once. */
export function fitting(knob: Knob, values: readonly Json[]): readonly Json[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const text = JSON.stringify(value);
    if (seen.has(text) || paramFault(knob.spec, value) !== null) return false;
    seen.add(text);
    return true;
  });
}

/** Why the items of a node's model cannot be joined to batches; null when nothing speaks against it. */
export function whyNoBatch(node: CheckedNode): string | null {
  for (const file of Object.values(node.files)) {
    if (file?.model !== undefined) return batchFault(file.model);
  }
  return null;
}

/** 1, 2, 4, ... up to `most`, and `most` itself. */
export function powersTo(most: number): readonly number[] {
  const values: number[] = [];
  for (let n = 1; n < most; n *= 2) values.push(n);
  return [...values, Math.max(1, most)];
}
