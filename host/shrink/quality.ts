import type { BoxesValue, ScoresValue } from '../../core/kinds/value.ts';
import { meanAveragePrecision, type TrueBox } from '../../core/onnx/shrink/meanPrecision.ts';
import type { ShrinkAnswers } from '../../core/onnx/shrink/report.ts';
import { type Truth, truthOf } from '../../core/onnx/shrink/truth.ts';
import type { SampleOutputs } from '../../core/profile/differences.ts';

/** One sample's answers, before and after. */
export interface AnsweredSample {
  readonly name: string;
  readonly before: SampleOutputs;
  readonly after: SampleOutputs;
}

/** Of a sample's outputs those that can be held against the truth. */
export function judgeable(outputs: SampleOutputs): SampleOutputs {
  return Object.fromEntries(
    Object.entries(outputs).filter(
      ([, output]) => output.status === 'present' && (output.kind === 'boxes' || output.kind === 'scores'),
    ),
  );
}

/** How right the answers are where truth is known: mAP of boxes, accuracy of labels; null where nothing is known. */
export function qualityOf(samples: readonly AnsweredSample[], truth: Truth): ShrinkAnswers['quality'] {
  const known = samples.flatMap((sample) => {
    const fact = truthOf(truth, sample.name);
    return fact === undefined ? [] : [{ sample, fact }];
  });
  const boxes = known.flatMap(({ sample, fact }) => (typeof fact === 'string' ? [] : [{ sample, fact }]));
  const labels = known.flatMap(({ sample, fact }) => (typeof fact === 'string' ? [{ sample, fact }] : []));
  if (boxes.length > 0) {
    const of = (side: 'before' | 'after') =>
      precisionOf(boxes.map(({ sample, fact }) => ({ outputs: sample[side], fact })));
    return { what: 'mAP@0.5', samples: boxes.length, before: of('before'), after: of('after') };
  }
  if (labels.length === 0) return null;
  const right = (side: 'before' | 'after') =>
    labels.filter(({ sample, fact }) => labelOf(sample[side]) === fact).length / labels.length;
  return { what: 'accuracy', samples: labels.length, before: right('before'), after: right('after') };
}

function precisionOf(all: readonly { readonly outputs: SampleOutputs; readonly fact: readonly TrueBox[] }[]): number {
  const found = all.map(({ outputs }) => firstOfKind<BoxesValue>(outputs, 'boxes'));
  return meanAveragePrecision(
    found,
    all.map(({ fact }) => fact),
  );
}

function labelOf(outputs: SampleOutputs): string | null {
  const scores = firstOfKind<ScoresValue>(outputs, 'scores');
  if (scores === null || scores.data.length === 0) return null;
  const best = scores.data.indexOf(Math.max(...scores.data));
  return scores.labels?.[best] ?? String(best);
}

/** The first value of the first public output of a kind. */
function firstOfKind<V extends BoxesValue | ScoresValue>(outputs: SampleOutputs, kind: V['kind']): V | null {
  for (const output of Object.values(outputs)) {
    if (output.status !== 'present' || output.kind !== kind) continue;
    const value = output.items[0]?.value;
    if (value?.kind === kind) return value as V;
  }
  return null;
}
