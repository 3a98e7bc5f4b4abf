import { checkDocument } from '../../../core/check/check.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import type { DocumentNode, PipelineDocument } from '../../../core/graph/document.ts';
import type { Json } from '../../../core/kinds/value.ts';
import type { CheckReport, NodeSpec } from '../../../core/studio/catalog.ts';
import { checkReport } from '../../../core/studio/checkReport.ts';
import { nodeSpec } from '../../../core/studio/portShape.ts';
import { builtinNodes } from '../../../nodes/registry.ts';

const registry = makeRegistry(builtinNodes);

/** The real nodes, as the studio knows them. */
export const specs: ReadonlyMap<string, NodeSpec> = new Map(
  builtinNodes.map((definition) => [definition.type, nodeSpec(definition, false)]),
);

export function reportOf(document: PipelineDocument): CheckReport {
  return checkReport(checkDocument(document, registry, () => undefined));
}

type Said = readonly [type: string, x: number, y: number, params?: Readonly<Record<string, Json>>];

export function documentOf(nodes: Readonly<Record<string, Said>>, wires: readonly string[] = []): PipelineDocument {
  return {
    schemaVersion: 1,
    name: 'test',
    nodes: Object.entries(nodes).map(
      ([id, [type, x, y, params = {}]]): DocumentNode => ({ id, type, version: 1, params, position: { x, y } }),
    ),
    wires: wires.map((wire) => {
      const [from, to] = wire.split(' > ');
      return { from, to };
    }),
    groups: [],
    notes: [],
    inputs: {},
    outputs: {},
    files: [],
  };
}
