import type { Lowered, LoweredResults, OnnxValue } from '../define/lower.ts';
import type { ErasedLowerArgs, NodeDefinition, NodeFiles } from '../define/node.ts';
import type { WireType } from '../kinds/type.ts';
import { GraphBuilder } from '../onnx/graphBuilder.ts';
import { Problem } from '../problems/problem.ts';
import { batchName, inputOf, outputsOf } from './edges.ts';

export interface NodeGraphAsk {
  readonly definition: NodeDefinition;
  readonly params: Readonly<Record<string, unknown>>;
  readonly files: NodeFiles;
  /** The type at each wired input, and at each output. */
  readonly inputs: Readonly<Record<string, WireType>>;
  readonly outputs: Readonly<Record<string, WireType>>;
  /** Inputs whose modality may be missing: each gets a further input `<port>.present`, bool [N]. */
  readonly maybe: readonly string[];
  readonly bytes: ErasedLowerArgs['bytes'];
}

/**
 * One node as a graph of its own: the inputs and outputs are its ports, by the names of `outputsOf`. An output that may fail
 * has a further one, `<port>.present`, bool [N]. What is called as an input is, is called `<port>.out`: see `endName`.
 */
export function lowerNode({ definition, params, files, inputs, outputs, maybe, bytes }: NodeGraphAsk): {
  readonly graph: ReturnType<GraphBuilder['build']>;
  readonly lowered: LoweredResults;
} {
  if (definition.lower === null) throw notLowerable(definition);
  const onnx = new GraphBuilder(batchName);
  const given: Record<string, Lowered> = {};
  const present: Record<string, OnnxValue> = {};
  for (const [name, type] of Object.entries(inputs)) {
    given[name] = inputOf(onnx, name, type, batchName, true);
    if (maybe.includes(name)) present[name] = onnx.input(`${name}.present`, 'bool', [batchName]);
  }
  onnx.within(definition.type);
  const results = definition.lower({ onnx, inputs: given, params, files, types: inputs, present, bytes });
  for (const [name, result] of Object.entries(results)) {
    if (result === undefined) continue;
    const end = endName(name, inputs);
    for (const edge of outputsOf(end, result, outputs[name], batchName, true)) onnx.output(edge.name, edge.value, null);
    if (result.present !== undefined) onnx.output(`${end}.present`, result.present, null);
  }
  return { graph: onnx.build(definition.type), lowered: results };
}

/** What an output port is called in the graph of its node alone, where no two ends may have one name. */
export function endName(port: string, inputs: Readonly<Record<string, unknown>>): string {
  return Object.hasOwn(inputs, port) ? `${port}.out` : port;
}

export function notLowerable(definition: NodeDefinition): Problem {
  return new Problem('not-lowerable', {
    message: `"${definition.type}" (${definition.title}) has no form as operators of ONNX.`,
    fix: 'The file is cut here: it runs before, between or after the ONNX files.',
  });
}
