import type { NodeProps } from '@xyflow/react';
import { Ban, CircleAlert, TriangleAlert } from 'lucide-react';
import { type CSSProperties, memo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { DocumentNode } from '../../core/graph/document.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import type { PortShape } from '../../core/studio/catalog.ts';
import { familyToken } from '../kinds/family.ts';
import { NodePreview } from '../preview/NodePreview.tsx';
import { useStudio } from '../state/state.ts';
import { CardFoot } from './CardFoot.tsx';
import { CardMessage } from './CardMessage.tsx';
import { CardTitle } from './CardTitle.tsx';
import { useCanvas } from './canvasState.ts';
import { iconOf } from './familyIcon.ts';
import type { CardNode, Well } from './flowNodes.ts';
import { handleId } from './flowShapes.ts';
import { type Ports, portSize, portY, wellHeight } from './geometry.ts';
import { nodeProblems, wireProblem } from './indexes.ts';
import { type NodeStanding, standingOf } from './nodeRun.ts';
import { PortHandle } from './PortHandle.tsx';
import { shownText } from './shownText.ts';

/** A node on the canvas. Each part looks at its own slice of the state, so that a change draws one card anew. */
export const NodeCard = memo(function NodeCard({ data, selected, width = 160 }: NodeProps<CardNode>) {
  const far = useCanvas((s) => s.far);
  return far ? (
    <FarCard {...data} selected={selected} width={width} />
  ) : (
    <NearCard {...data} selected={selected} width={width} />
  );
}, sameCard);

interface CardProps {
  readonly node: DocumentNode;
  readonly ports: Ports;
  readonly well: Well | null;
  readonly selected: boolean;
  readonly width: number;
}

function sameCard(a: NodeProps<CardNode>, b: NodeProps<CardNode>): boolean {
  return a.data === b.data && a.selected === b.selected && a.width === b.width;
}

/** Seen from afar: a block in its family's hue with its name, and where wires end. */
function FarCard({ node, ports, selected }: CardProps) {
  const spec = useStudio((s) => s.specs.get(node.type));
  const wrong = useStudio((s) => nodeProblems(s.report, node.id).some(isLoud));
  return (
    <article className={`card far ${selected ? 'selected' : ''} ${wrong ? 'bad' : ''}`} style={hue(familyToken(spec))}>
      <b dir="auto">{shownText(node.label ?? spec?.title ?? node.type, 40)}</b>
      {ports.inputs.map((port, row) => (
        <FarPort key={port.name} side="in" end={`${node.id}.${port.name}`} row={row} />
      ))}
      {ports.outputs.map((port, row) => (
        <FarPort key={port.name} side="out" end={`${node.id}.${port.name}`} row={row} />
      ))}
    </article>
  );
}

/** React Flow measures where handles are; nothing is seen of this one and nothing hangs on it. */
function FarPort({ side, end, row }: { readonly side: 'in' | 'out'; readonly end: string; readonly row: number }) {
  return (
    <i
      className={`far-port ${side === 'in' ? 'target' : 'source'}`}
      data-handleid={handleId(side, end)}
      data-handlepos={side === 'in' ? 'left' : 'right'}
      style={{ top: portY(row) - portSize / 2 }}
    />
  );
}

function NearCard({ node, ports, well, selected, width }: CardProps) {
  const { id } = node;
  const spec = useStudio((s) => s.specs.get(node.type));
  const catalogued = useStudio((s) => s.specs.size > 0);
  const problems = useStudio((s) => nodeProblems(s.report, id));
  const standing = useStanding(id);
  const dim = useCanvas((s) => s.hand?.partners != null && !lit(s.hand, id, ports));
  const held = useCanvas((s) => s.hand?.end.startsWith(`${id}.`) === true);
  const Icon = iconOf(spec);
  const unknown = spec === undefined && catalogued;
  const loud = problems.find(isLoud);
  const title = node.label ?? spec?.title ?? node.type;
  const refuses = useCanvas((s) => s.wrong?.to.startsWith(`${id}.`) === true);
  const bad = loud !== undefined || standing.is === 'failed' || refuses;
  const classes = [
    'card',
    selected ? 'selected' : '',
    bad ? 'bad' : '',
    dim ? 'dim' : '',
    held ? 'held' : '',
    node.disabled ? 'off' : '',
    unknown ? 'unknown' : '',
    standing.is,
  ];
  const rows = Math.max(ports.inputs.length, ports.outputs.length);
  return (
    <article className={classes.filter(Boolean).join(' ')} style={hue(familyToken(spec))}>
      <header>
        <Icon size={14} strokeWidth={1.75} aria-hidden="true" />
        <CardTitle id={id} title={title} what="node" />
        <Badge problems={problems} off={node.disabled === true} />
      </header>
      {Array.from({ length: rows }, (_, row) => (
        <PortRow key={rowKey(ports, row)} id={id} input={ports.inputs[row]} output={ports.outputs[row]} />
      ))}
      {well !== null && (
        <div className="card-well nodrag" style={{ height: wellHeight(well.kind) }}>
          <NodePreview node={id} end={well.end} width={width - 16} />
        </div>
      )}
      <CardFoot node={node} well={well} standing={standing} unknown={unknown} width={width - 16} />
      {standing.is === 'running' && <span className="running-line" />}
      {ports.inputs.map((shape, row) => (
        <PortHandle
          key={shape.name}
          end={`${id}.${shape.name}`}
          side="in"
          row={row}
          shape={shape}
          reachable={selected}
        />
      ))}
      {ports.outputs.map((shape, row) => (
        <PortHandle
          key={shape.name}
          end={`${id}.${shape.name}`}
          side="out"
          row={row}
          shape={shape}
          reachable={selected}
        />
      ))}
      <CardMessage problem={loud ?? null} failure={standing.problem} />
    </article>
  );
}

function rowKey(ports: Ports, row: number): string {
  return `${ports.inputs[row]?.name ?? ''} ${ports.outputs[row]?.name ?? ''}`;
}

function PortRow({
  id,
  input,
  output,
}: {
  readonly id: string;
  readonly input?: PortShape;
  readonly output?: PortShape;
}) {
  const stray = useStudio((s) => wireProblem(s.report, `${id}.${input?.name}`)?.code === 'wire-dangling');
  return (
    <div className="port-row">
      <span dir="auto" className={stray ? 'stray' : undefined}>
        {input && shownText(input.name, 60)}
      </span>
      <span dir="auto">{output && shownText(output.name, 60)}</span>
    </div>
  );
}

function Badge({ problems, off }: { readonly problems: readonly ProblemData[]; readonly off: boolean }) {
  if (off) return <Ban className="badge off" size={14} aria-label="Bypassed" role="img" />;
  if (problems.length === 0) return null;
  const words = problems.map((problem) => problem.message).join('\n');
  const loud = problems.some(isLoud);
  const Icon = loud ? CircleAlert : TriangleAlert;
  return (
    <span
      className={`badge ${loud ? 'error' : 'warning'}`}
      title={shownText(words, 600)}
      role="img"
      aria-label={`${loud ? 'Error' : 'Warning'}: ${shownText(words, 300)}`}
    >
      <Icon size={14} aria-hidden="true" />
    </span>
  );
}

/** A port that has no wire yet is work to be done, not something that went wrong. */
function isLoud(problem: ProblemData): boolean {
  return problem.severity === 'error' && problem.code !== 'port-unwired';
}

function lit(
  hand: {
    readonly end: string;
    readonly partners: ReadonlyMap<string, { readonly how: string }> | null;
    readonly over: string | null;
  },
  id: string,
  ports: Ports,
): boolean {
  if (hand.end.startsWith(`${id}.`) || hand.over?.startsWith(`${id}.`)) return true;
  for (const port of [...ports.inputs, ...ports.outputs]) {
    const how = hand.partners?.get(`${id}.${port.name}`)?.how;
    if (how === 'fits' || how === 'mend') return true;
  }
  return false;
}

function useStanding(id: string): NodeStanding {
  return useStudio(useShallow((s) => standingOf(s.run, id)));
}

function hue(token: string): CSSProperties {
  return { '--fam': `var(${token})` } as CSSProperties;
}
