import type { PipelineDocument } from '../../core/graph/document.ts';

/** All of a document that matters to what is compiled: a node that is moved or renamed changes nothing. */
export function formKey({ name, nodes, wires, inputs, outputs }: PipelineDocument): string {
  return JSON.stringify([
    name,
    nodes.map(({ id, type, version, params, disabled }) => [id, type, version, params, disabled === true]),
    wires.map(({ from, to }) => [from, to]),
    inputs,
    outputs,
  ]);
}
