import type { Checked } from '../../check/checked.ts';
import type { PartInput, PartOutput } from '../../define/partFile.ts';
import { endOf } from '../../graph/document.ts';
import { datatypeOf } from '../../serve/oipTensor.ts';
import type { Entry } from './repository.ts';
import type { StepTensor } from './steps.ts';

/** Where the files of tokenizers lie beside the client. */
export type TokenizerFiles = ReadonlyMap<string, string>;

/** What the client program reads: everything that differs from pipeline to pipeline, as JSON. */
export function clientData(entries: readonly Entry[], checked: Checked, tokenizers: TokenizerFiles): object {
  return { server: 'http://localhost:8000', models: entries.map((entry) => modelData(entry, checked, tokenizers)) };
}

/** Files that client programs tokenise with, by their paths in the pipeline, and what they are called beside the client. */
export function tokenizerFiles(entries: readonly Entry[], checked: Checked): TokenizerFiles {
  const files = new Map<string, string>();
  for (const { part } of entries)
    for (const input of part.inputs) {
      const path = tokeniserOf(input, checked)?.path;
      if (path === undefined || files.has(path)) continue;
      files.set(path, files.size === 0 ? 'tokenizer.json' : `tokenizer-${files.size + 1}.json`);
    }
  return files;
}

/** Arguments of the client: what the pipeline itself is given, where that is what the client can work with. */
export function argumentOf(input: PartInput, checked: Checked): string {
  const tokeniser = tokeniserOf(input, checked);
  if (tokeniser !== null) return tokeniser.argument;
  const { kind } = input.type;
  const [origin] = [...checked.publicInputs].flatMap(([name, node]) =>
    node === input.before[0]?.id && checked.nodes.get(node)?.definition.external === kind ? [name] : [],
  );
  return kind === 'image' || kind === 'audio' ? (input.public ?? origin ?? input.name) : input.name;
}

/** Nodes that work on an input before it comes here, and that the client does not do. */
export function leftToCaller(input: PartInput, checked: Checked): readonly string[] {
  const tokeniser = tokeniserOf(input, checked);
  return input.before
    .filter(({ id }) => checked.nodes.get(id)?.definition.external === null && id !== tokeniser?.node)
    .map(({ title }) => title);
}

function modelData({ model, part, maxBatch, inputs, outputs }: Entry, checked: Checked, files: TokenizerFiles): object {
  const known = new Map([...inputs, ...outputs].map((tensor) => [tensor.name, tensor]));
  return {
    model,
    maxBatch,
    inputs: part.inputs.map((input) => inputData(input, checked, files, known)),
    outputs: part.outputs.map((output) => outputData(output, known)),
  };
}

function inputData(
  input: PartInput,
  checked: Checked,
  files: TokenizerFiles,
  known: ReadonlyMap<string, StepTensor>,
): object {
  const { name, doc, type, present, tensors, opaque } = input;
  const tokeniser = tokeniserOf(input, checked);
  return {
    name,
    argument: argumentOf(input, checked),
    doc,
    kind: type.kind,
    ...(type.kind === 'image' ? { colour: type.colour, opaque: opaque === true } : {}),
    ...(type.kind === 'audio' ? { sampleRateHz: type.sampleRateHz, channels: type.channels } : {}),
    present: present === null ? null : tensorData(present, known),
    tensors: tensors.map((tensor) => tensorData(tensor.name, known)),
    tokenise:
      tokeniser === null
        ? null
        : {
            file: files.get(tokeniser.path) ?? null,
            output: tokeniser.output,
            pair: tokeniser.pair,
            ...tokeniser.params,
          },
    leftToCaller: leftToCaller(input, checked),
  };
}

function outputData(
  { name, doc, carried, present, publics, tensors, needs }: PartOutput,
  known: ReadonlyMap<string, StepTensor>,
): object {
  return {
    name,
    publics,
    doc,
    ...carried,
    present: present === null ? null : tensorData(present, known),
    needs,
    tensors: tensors.map((tensor) => tensorData(tensor.name, known)),
  };
}

/** As the Open Inference Protocol says it; N is the first axis. */
function tensorData(name: string, known: ReadonlyMap<string, StepTensor>): object | null {
  const tensor = known.get(name);
  if (tensor === undefined) return null;
  const { dtype, shape } = tensor;
  const dims = shape.map((dim) => (typeof dim === 'number' ? dim : -1));
  // One number an item has an axis of its own there.
  return { name, datatype: datatypeOf(dtype), shape: dims.length === 1 && shape[0] === 'items' ? [-1, 1] : dims };
}

export interface Tokeniser {
  readonly node: string;
  readonly path: string;
  readonly output: string;
  readonly argument: string;
  readonly pair: string | null;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * The node that makes tokens of what a client is given as text, known by what its parameters name: a tokenizer. Its text must
 * come from the pipeline's own inputs.
 */
export function tokeniserOf({ name, before }: PartInput, checked: Checked): Tokeniser | null {
  const id = before.at(-1)?.id;
  const node = checked.nodes.get(id ?? '');
  if (id === undefined || node === undefined || !name.startsWith(`${id}.`)) return null;
  const { definition, params, sources } = node;
  const named = Object.entries(definition.params).find(([, spec]) => spec.form === 'file' && spec.role === 'tokenizer');
  const texts = Object.entries(sources);
  const publicOf = (source: string): string | null =>
    [...checked.publicInputs].find(([, input]) => input === endOf(source).node)?.[0] ?? null;
  const [first, second] = texts.map(([, source]) => publicOf(source));
  if (named === undefined || texts.length === 0 || texts.length > 2 || first === null || second === null) return null;
  const [param] = named;
  const rest = Object.fromEntries(Object.entries(params).filter(([key]) => key !== param));
  return {
    node: id,
    path: String(params[param]),
    output: name.slice(id.length + 1),
    argument: first,
    pair: second ?? null,
    params: rest,
  };
}
