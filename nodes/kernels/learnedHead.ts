import type { ModelPort, ModelSignature } from '../../core/define/file-facts.ts';
import { anyType, type EmbeddingType, type ScoresType, type TensorType, type WireType } from '../../core/kinds/type.ts';
import type { EmbeddingValue, ScoresValue, TensorValue } from '../../core/kinds/value.ts';
import { Problem, type ProblemInit } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';
import { rowLength, rowOf } from './fuseVectors.ts';
import { declaredNumbers, type MissingRule } from './missingModality.ts';

export interface HeadRule extends MissingRule {
  readonly model: string;
  readonly maskInput: string;
  readonly outputName: string;
  readonly result: 'scores' | 'embedding' | 'tensor';
  readonly form: ScoresValue['form'];
}
type Labels = readonly string[] | undefined;

export function inputOf(signature: ModelSignature | undefined, name: string): ModelPort | undefined {
  return signature?.inputs.find((input) => input.name === name);
}

/** How many numbers the model wants of a modality; undefined when the file leaves it open. */
export function inputLength(signature: ModelSignature | undefined, name: string): number | undefined {
  const dim = inputOf(signature, name)?.shape?.at(-1);
  return typeof dim === 'number' ? dim : undefined;
}

/** The output that is named, or the first. */
export function pickOutput(signature: ModelSignature | undefined, name: string): ModelPort | undefined {
  return name === '' ? signature?.outputs[0] : signature?.outputs.find((output) => output.name === name);
}

/** Reports what of the declared modalities, mask and output the model file contradicts. */
export function checkHead(
  rule: HeadRule,
  signature: ModelSignature | undefined,
  labels: Labels,
  inputs: Readonly<Record<string, WireType | undefined>>,
  report: (code: ProblemCode, problem: ProblemInit) => void,
): void {
  if (rule.whenMissing === 'skip' && rule.maskInput === '') {
    report('param-invalid', {
      message: 'The rule "skip" needs maskInput: without it the model cannot know that a modality is left out.',
      fix: 'Name the mask input of the model, or use the rule "default", which feeds zeros or defaultValues.',
      where: { param: 'whenMissing' },
      mend: { setParam: { name: 'whenMissing', value: 'default' } },
    });
  }
  if (signature === undefined) return;
  const has = signature.inputs.map((input) => `"${input.name}"`).join(', ');
  const wanted = [...rule.modalities, ...(rule.maskInput === '' ? [] : [rule.maskInput])];
  for (const name of wanted) {
    if (inputOf(signature, name) !== undefined) continue;
    report('param-invalid', {
      message: `The model ${rule.model} has no input "${name}"; it has ${has}.`,
      fix: 'Call the modalities as the model calls its inputs.',
      where: { param: rule.maskInput === name ? 'maskInput' : 'modalities' },
      mend: {
        setParam: {
          name: 'modalities',
          value: signature.inputs.map((i) => i.name).filter((n) => n !== rule.maskInput),
        },
      },
    });
  }
  for (const input of signature.inputs) {
    if (wanted.includes(input.name)) continue;
    report('param-invalid', {
      message: `The model ${rule.model} also wants "${input.name}", which is no modality here.`,
      fix: 'Add it to the modalities, or name it in maskInput.',
      where: { param: 'modalities' },
    });
  }
  for (const name of rule.modalities) checkLength(rule, signature, name, inputs, report);
  checkOutput(rule, signature, labels, report);
}

function checkLength(
  rule: HeadRule,
  signature: ModelSignature,
  name: string,
  inputs: Readonly<Record<string, WireType | undefined>>,
  report: (code: ProblemCode, problem: ProblemInit) => void,
): void {
  const want = inputLength(signature, name);
  const type = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  const have = type === undefined ? null : rowLength(type);
  const given = declaredNumbers(rule.defaultValues, name);
  if (want === undefined && rule.whenMissing !== 'fail' && given === null && inputOf(signature, name) !== undefined) {
    report('param-invalid', {
      message: `The model leaves the length of "${name}" open, so nothing says how many zeros stand in for it.`,
      fix: `Give its numbers in defaultValues and use the rule "default".`,
      where: { param: 'defaultValues' },
    });
  }
  if (want !== undefined && have !== null && have !== want) {
    report('wire-shape', {
      message: `The model expects ${want} numbers for "${name}", but ${have === -1 ? 'the tensor is not one row' : `${have} come`}.`,
      fix: 'Wire the features that the head was trained on.',
      where: { port: name },
    });
  }
  if (want !== undefined && given !== null && given.length !== want) {
    report('param-invalid', {
      message: `defaultValues of "${name}" has ${given.length} numbers, but the model expects ${want}.`,
      fix: `Give ${want} numbers.`,
      where: { param: 'defaultValues' },
    });
  }
}

function checkOutput(
  rule: HeadRule,
  signature: ModelSignature,
  labels: Labels,
  report: (code: ProblemCode, problem: ProblemInit) => void,
): void {
  const output = pickOutput(signature, rule.outputName);
  if (output === undefined || output.form !== 'tensor') {
    report('param-invalid', {
      message: `The model ${rule.model} has no tensor output "${rule.outputName || '(first)'}"; it has ${signature.outputs.map((o) => `"${o.name}" (${o.form})`).join(', ')}.`,
      fix: 'Name one of its tensor outputs in outputName.',
      where: { param: 'outputName' },
    });
    return;
  }
  const count = output.shape?.at(-1);
  if (rule.result === 'scores' && labels !== undefined && typeof count === 'number' && labels.length !== count) {
    report('asset-invalid', {
      message: `The label file has ${labels.length} labels, but the model gives ${count} scores.`,
      fix: 'Use the label file of this model: one line per class.',
      where: { param: 'labels' },
    });
  }
}

/** Type of the node's result. */
export function headResultType(
  { result, form }: Pick<HeadRule, 'result' | 'form'>,
  output: ModelPort | undefined,
  labels: Labels,
): ScoresType | EmbeddingType | TensorType {
  if (result === 'tensor') return { ...anyType.tensor, dtype: output?.dtype ?? null, shape: output?.shape ?? null };
  const last = output?.shape?.at(-1) ?? null;
  if (result === 'embedding') return { ...anyType.embedding, length: last };
  return { ...anyType.scores, classes: labels?.length ?? last, labels: labels ?? null, form };
}

/** What the model gave, as the kind that was asked for. Throws `model-failed` when the output is not there. */
export function headResult(
  rule: HeadRule,
  outputs: Readonly<Record<string, TensorValue>>,
  signature: ModelSignature | undefined,
  labels: Labels,
): ScoresValue | EmbeddingValue | TensorValue {
  const name = pickOutput(signature, rule.outputName)?.name ?? rule.outputName;
  const tensor = Object.hasOwn(outputs, name) ? outputs[name] : Object.values(outputs)[0];
  if (tensor === undefined) {
    throw new Problem('model-failed', {
      message: `The model ${rule.model} gave no output "${name}".`,
      fix: 'Name one of its outputs in outputName.',
    });
  }
  if (rule.result === 'tensor') return tensor;
  const data = Float32Array.from(rowOf(name, tensor));
  if (rule.result === 'embedding') return { kind: 'embedding', data, unit: false };
  if (labels !== undefined && labels.length !== data.length) {
    throw new Problem('value-shape', {
      message: `The model gave ${data.length} scores, but the label file has ${labels.length} labels.`,
      fix: 'Use the label file of this model: one line per class.',
      where: { param: 'labels' },
    });
  }
  return { kind: 'scores', data, labels: labels ?? null, form: rule.form };
}
