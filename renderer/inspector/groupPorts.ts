import { type DocumentGroup, endOf, type PipelineDocument } from '../../core/graph/document.ts';

/** The ends inside a group whose wires cross its border: what goes in, and what comes out (each output once). */
export function groupPorts(
  { wires }: Pick<PipelineDocument, 'wires'>,
  group: DocumentGroup,
): { readonly inputs: readonly string[]; readonly outputs: readonly string[] } {
  const inside = new Set(group.nodes);
  const crossing = wires.filter((wire) => inside.has(endOf(wire.from).node) !== inside.has(endOf(wire.to).node));
  return {
    inputs: crossing.filter((wire) => inside.has(endOf(wire.to).node)).map((wire) => wire.to),
    outputs: [...new Set(crossing.filter((wire) => inside.has(endOf(wire.from).node)).map((wire) => wire.from))],
  };
}
