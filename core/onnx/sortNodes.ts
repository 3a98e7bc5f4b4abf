import type { NodeProto } from './gen/onnx-ml_pb.ts';
import { readBy } from './names.ts';

/** The nodes so that each comes behind those whose results it reads; else in the order given. */
export function sortNodes(nodes: readonly NodeProto[]): NodeProto[] {
  const makers = new Map<string, NodeProto>();
  for (const node of nodes) for (const name of node.output) if (name !== '') makers.set(name, node);
  const sorted: NodeProto[] = [];
  const begun = new Set<NodeProto>();
  for (const start of nodes) {
    if (begun.has(start)) continue;
    begun.add(start);
    // A stack of its own: models are thousands of nodes deep.
    const stack = [{ node: start, reads: readBy(start).values() }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const read = top.reads.next();
      if (read.done) {
        sorted.push(top.node);
        stack.pop();
        continue;
      }
      const maker = makers.get(read.value);
      if (maker === undefined || begun.has(maker)) continue;
      begun.add(maker);
      stack.push({ node: maker, reads: readBy(maker).values() });
    }
  }
  return sorted;
}
