import '@xyflow/react/dist/style.css';
import { type Edge, type Node, ReactFlow, useEdgesState, useNodesState } from '@xyflow/react';
import { createRoot } from 'react-dom/client';
import { largeGraph } from '../graph.ts';

/** The peer: React Flow as it comes, with its default nodes, of the same count and at the same places. */
const graph = largeGraph(Number(new URLSearchParams(location.search).get('count') ?? '1000'));
const firstNodes: Node[] = graph.nodes.map(({ id, position }) => ({ id, position, data: { label: id } }));
const firstEdges: Edge[] = graph.wires.map(({ from, to }) => ({
  id: `${from}>${to}`,
  source: from.slice(0, from.indexOf('.')),
  target: to.slice(0, to.indexOf('.')),
}));

function Bare() {
  const [nodes, , onNodesChange] = useNodesState(firstNodes);
  const [edges, , onEdgesChange] = useEdgesState(firstEdges);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onlyRenderVisibleElements
      panOnScroll
      minZoom={0.1}
    />
  );
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<Bare />);
