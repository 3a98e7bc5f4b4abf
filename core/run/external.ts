import type { CheckedNode } from '../check/checked.ts';
import type { MediaSource, Value } from '../kinds/value.ts';
import type { Plan } from '../plan/plan.ts';
import { Problem } from '../problems/problem.ts';
import type { RunHost } from './host.ts';
import type { RunInputs } from './result.ts';

/** What a run is given from outside. */
export interface Given {
  readonly plan: Plan;
  readonly host: RunHost;
  readonly inputs: RunInputs;
  readonly noSamples: boolean;
}

/** What was given for an input node; throws when it is of another kind or was left out with samples off. */
export function externalOf(run: Given, node: CheckedNode): MediaSource | Value | null {
  const name = run.plan.inputs.get(node.id) as string;
  const given = run.inputs[name];
  if (given === undefined && run.noSamples) {
    throw new Problem('input-missing', {
      message: `The input "${name}" (${node.definition.external}) was not given.`,
      fix: `Give it, e.g. --input ${name}=..., or let a fusion node say what to do without it.`,
      where: { node: node.id },
    });
  }
  if (given === undefined) return null;
  if (given.kind !== 'media' && given.kind !== node.definition.external) {
    throw new Problem('input-kind', {
      message: `The input "${name}" takes ${node.definition.external}, but ${given.kind} was given.`,
      fix: `Give a file or a value of kind ${node.definition.external}.`,
      where: { node: node.id },
    });
  }
  return given;
}

/** The document's own media for an input node; null when it names none. */
export function sampleOf(run: Given, node: CheckedNode): MediaSource | null {
  const media = Object.entries(node.definition.params).find(
    ([, spec]) => spec.form === 'file' && spec.role === 'media',
  );
  const path = media && node.params[media[0]];
  return typeof path === 'string' && path !== '' ? run.host.sample(path) : null;
}
