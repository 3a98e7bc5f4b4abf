import type { DocumentNode, DocumentWire, PipelineDocument } from '../../core/graph/document.ts';

const columns = 40;
const spacing = { x: 240, y: 260 };

/**
 * A pipeline of `count` nodes and about one and a half times as many wires: rows of tensor nodes, every other one of
 * which also takes the row above.
 */
export function largeGraph(count: number): PipelineDocument {
  const nodes: DocumentNode[] = [];
  const wires: DocumentWire[] = [];
  for (let i = 0; i < count; i++) {
    const column = i % columns;
    const row = Math.floor(i / columns);
    const first = column === 0;
    // 525 of 1,000: so that 1,000 nodes have 1,500 wires.
    const two = !first && row > 0 && (column % 2 === 1 || column % 20 === 2);
    const type = first ? 'input.tensor' : two ? 'tensor.arithmetic' : 'tensor.cast';
    const position = { x: column * spacing.x, y: row * spacing.y };
    nodes.push({ id: `n${i}`, type, version: 1, params: {}, position });
    if (first) continue;
    wires.push({ from: `n${i - 1}.tensor`, to: `n${i}.${two ? 'a' : 'tensor'}` });
    if (two) wires.push({ from: `n${i - columns - 1}.tensor`, to: `n${i}.b` });
  }
  return { schemaVersion: 1, name: 'large', nodes, wires, groups: [], notes: [], inputs: {}, outputs: {}, files: [] };
}
