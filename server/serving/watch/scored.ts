import type { Service } from '../contract.ts';

/** Public outputs with scores, of any version: those whose truth can be told. */
export function scoredOutputs(service: Pick<Service, 'models'>): readonly string[] {
  const outputs = service.models().flatMap(({ versions }) => versions.flatMap(({ signature }) => signature.outputs));
  return [...new Set(outputs.filter(({ kind }) => kind === 'scores').map(({ name }) => name))];
}
