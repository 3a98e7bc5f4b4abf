import type { Kind } from '../kinds/value.ts';
import { p } from './param.ts';
import { type PortSpec, port } from './port.ts';

/** What every fusion node declares: its modalities, and the rule for one that is missing or corrupt. */
export const fusionParams = {
  modalities: p.names({
    default: ['image', 'text'],
    minLength: 1,
    maxLength: 16,
    doc: 'One input port per name, in the order in which weights and other lists count.',
  }),
  whenMissing: p.choice(['fail', 'skip', 'default'], {
    default: 'fail',
    doc: 'What to do when a modality is missing or corrupt (its input was not given, could not be decoded, or holds NaN or infinity).',
    choiceDocs: [
      'The result is a problem that names the modality.',
      'The modality is left out and the weights of the others are renormalised.',
      'A stand-in takes its place: `defaultValues`, or else uniform scores or a zero vector.',
    ],
  }),
  minimumPresent: p.int({
    default: 1,
    min: 1,
    max: 16,
    unit: 'modalities',
    doc: 'With fewer modalities really there than this, the result is a problem whatever the rule.',
  }),
  defaultValues: p.json({
    default: {},
    doc: 'For the rule `default`: the numbers that stand in for a modality, by its name, e.g. {"audio": [0.2, 0.8]}.',
    advanced: true,
  }),
} as const;

/** Weights of modalities in their order. */
export const weightsParam = p.numbers({
  default: [],
  min: 0,
  max: 1_000_000,
  maxLength: 16,
  doc: 'One weight per modality, in their order; only their ratios count. Empty: all equal.',
});

/** One input port per modality, each of which may be missing at run time. */
export function modalityPorts<const K extends Kind>(
  kinds: readonly K[],
  names: readonly string[],
): Readonly<Record<string, PortSpec<K, true>>> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      port.oneOf(kinds, { missing: 'accept', doc: `The ${kinds.join(' or ')} of the modality "${name}".` }),
    ]),
  );
}

/** The second output of every fusion node. */
export const reportPort = port.json({
  doc: 'What was fused: { rule, used: [{ modality, weight, ... }], missing: [{ modality, code, message, replacedBy }], agreement }.',
});
