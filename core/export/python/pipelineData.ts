import type { PartInput, PartOutput } from '../../define/partFile.ts';
import { type ProblemData, problemData } from '../../problems/problem.ts';
import type { SignatureInput } from '../../serve/signature.ts';
import { titleOf } from '../names.ts';
import type { ExportInput } from '../target.ts';
import { factsOf } from '../targetFacts.ts';
import { type Tokeniser, tokeniserOf } from '../triton/clientData.ts';

/** Where a part's input comes from: what a caller gives, or an output of a part before it. */
type Source =
  | { readonly from: 'input'; readonly name: string; readonly pair: string | null; readonly tokenise: object | null }
  | { readonly from: 'part'; readonly part: number; readonly name: string };

/** What of a pipeline a program in Python can do. */
export interface PythonPlan {
  /** All that differs from pipeline to pipeline: the programs read it and hold nothing of it themselves. */
  readonly data: object;
  /** Files of tokenizers by their paths in the pipeline, and where they lie beside the program. */
  readonly tokenizers: ReadonlyMap<string, string>;
  /** Modules that decoding needs beside numpy and onnxruntime. */
  readonly needs: { readonly pictures: boolean; readonly sound: boolean; readonly text: boolean };
  readonly problems: readonly ProblemData[];
  /** Public inputs that it takes, in order. */
  readonly inputs: readonly SignatureInput[];
}

/** Bounds of what a caller sends, as the server itself has them. */
const limits = {
  imagePixels: 100_000_000,
  audioSeconds: 600,
  textCharacters: 1_000_000,
  bodyBytes: 67_108_864,
} as const;

/**
 * A pipeline for a program that runs its compiled files. Problems are errors where an output is lost that way; `name` is
 * the target's title, for them.
 */
export function pythonPlan(input: ExportInput, name: string): PythonPlan {
  const { compiled, signature } = input;
  const parts = compiled?.parts ?? [];
  const tokenizers = new Map<string, string>();
  const wired = parts.map(({ file, ends }, at) =>
    file.inputs.map((one) => ({ one, source: sourceOf(input, one, ends.get(one.name), at, tokenizers) })),
  );
  const stuck = wired.flatMap((inputs) => inputs.filter(({ source }) => source === null).map(({ one }) => one));
  const given = new Set(parts.flatMap(({ file }) => file.outputs.flatMap(({ publics }) => publics)));
  const lost = signature.outputs.filter((output) => !given.has(output.name));
  const taken = new Set(
    wired.flat().flatMap(({ source }) => (source?.from === 'input' ? [source.name, source.pair] : [])),
  );
  const inputs = signature.inputs.filter((one) => taken.has(one.name));
  const kinds = new Set(wired.flat().map(({ one }) => one.type.kind));
  return {
    data: {
      name: input.name,
      title: titleOf(input.title, 200),
      version: input.version,
      limits,
      serving: servingOf(input),
      inputs: inputs.map(({ name, kind, doc }) => ({ name, kind, doc, required: isRequired(name, wired.flat()) })),
      outputs: signature.outputs
        .filter((one) => given.has(one.name))
        .map(({ name, kind, doc }) => ({ name, kind, doc })),
      parts: parts.map(({ file }, at) => ({
        file: `compiled/${compiled?.names[at]}`,
        batch: file.batch,
        tolerance: file.tolerance,
        inputs: wired[at].map(({ one, source }) => inputData(one, source)),
        outputs: file.outputs.map(outputData),
      })),
    },
    tokenizers,
    needs: { pictures: kinds.has('image'), sound: kinds.has('audio'), text: tokenizers.size > 0 },
    problems: [
      ...(given.size === 0 || stuck.length > 0 ? [notPossible(input, name, stuck)] : []),
      ...(given.size === 0 ? [] : lost.map((output) => leftOut(input, name, output.name))),
    ],
    inputs,
  };
}

/** A copy takes at most four cores: more copies answer more than one that is larger. */
export const mostCores = 4;

function servingOf(input: ExportInput): object {
  const { running, waiting, deadlineMs, resources } = factsOf(input);
  const { batch, batchWaitMs } = input.serving;
  const cores = Math.min(mostCores, resources.cores);
  return { running, waiting, deadlineSeconds: deadlineMs / 1000, batch, batchWaitSeconds: batchWaitMs / 1000, cores };
}

function sourceOf(
  input: ExportInput,
  one: PartInput,
  end: string | undefined,
  at: number,
  tokenizers: Map<string, string>,
): Source | null {
  const parts = input.compiled?.parts ?? [];
  for (const [part, { file, ends }] of parts.slice(0, at).entries()) {
    const found = file.outputs.find((output) => ends.get(output.name) === end);
    if (found !== undefined) return { from: 'part', part, name: found.name };
  }
  if (one.type.sequence.count !== 'one') return null;
  const tokeniser = tokeniserOf(one, input.checked);
  if (tokeniser !== null && knownTokeniser(tokeniser)) {
    const known = tokenizers.get(tokeniser.path) ?? `tokenizers/tokenizer-${tokenizers.size + 1}.json`;
    tokenizers.set(tokeniser.path, known);
    const { output, params, argument, pair } = tokeniser;
    return { from: 'input', name: argument, pair, tokenise: { file: known, output, ...params } };
  }
  const [node, ...others] = one.before;
  const kind = input.checked.nodes.get(node?.id ?? '')?.definition.external;
  const decodable = kind === one.type.kind && (kind === 'image' || kind === 'audio' || kind === 'tensor');
  return decodable && one.public !== null && others.length === 0
    ? { from: 'input', name: one.public, pair: null, tokenise: null }
    : null;
}

/** What the program does of a tokeniser's work: one that says other things is none that it knows. */
function knownTokeniser({ output, params }: Tokeniser): boolean {
  const told = ['addSpecialTokens', 'truncation', 'truncationSide', 'padding', 'padLength', 'padSide'];
  return ['input_ids', 'attention_mask', 'token_type_ids'].includes(output) && told.every((name) => name in params);
}

/** A public input may stay out where every tensor that is made of it may be missing. */
function isRequired(
  name: string,
  wired: readonly { readonly one: PartInput; readonly source: Source | null }[],
): boolean {
  return wired.some(({ one, source }) => source?.from === 'input' && source.name === name && one.present === null);
}

function inputData(one: PartInput, source: Source | null): object {
  const { type } = one;
  return {
    name: one.name,
    kind: type.kind,
    source,
    present: one.present,
    tensors: one.tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    // A colour was taken for granted that the pipeline itself makes of whatever comes: alpha would get lost.
    ...(type.kind === 'image' ? { colour: type.colour, opaque: one.opaque === true || !one.toRgb } : {}),
    ...(type.kind === 'audio' ? { sampleRateHz: type.sampleRateHz, channels: type.channels } : {}),
  };
}

function outputData({ name, carried, publics, present, tensors }: PartOutput): object {
  return { name, publics, present, tensors: tensors.map((tensor) => tensor.name), ...carried };
}

function notPossible(input: ExportInput, name: string, stuck: readonly PartInput[]): ProblemData {
  const outside = input.compiled?.outside ?? [];
  const first = stuck[0]?.before.find(({ id }) => input.checked.nodes.get(id)?.definition.external === null);
  const told = outside.find(({ node }) => node === (first ?? stuck[0]?.before[0])?.id) ?? outside.at(-1);
  const why =
    told === undefined
      ? 'none of its nodes can be said in ONNX'
      : `"${told.node}" (${told.title}) cannot go into an ONNX file: ${told.why}`;
  return problemData('not-lowerable', {
    message: `${name} cannot do what "${titleOf(input.title)}" does: ${why}.`,
    fix: 'Serve the pipeline with its own server: --target container, kubernetes or cloud.',
    where: told === undefined ? {} : { node: told.node },
  });
}

function leftOut(input: ExportInput, name: string, output: string): ProblemData {
  const id = input.checked.publicOutputs.get(output);
  return problemData('not-lowerable', {
    message: `${name} does not give the output "${titleOf(output)}": what makes it cannot go into an ONNX file.`,
    fix: 'The other outputs are given. For this one serve the pipeline with its own server: --target container.',
    where: id === undefined ? {} : { node: id },
    severity: 'warning',
  });
}
