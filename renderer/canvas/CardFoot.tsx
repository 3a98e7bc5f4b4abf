import { CircleAlert, CircleDashed, Layers, LoaderCircle } from 'lucide-react';
import type { DocumentNode } from '../../core/graph/document.ts';
import { typeText } from '../../core/kinds/type.ts';
import { pictureHeight } from '../preview/NodePreview.tsx';
import { usePreview } from '../preview/previews.ts';
import { useStudio } from '../state/state.ts';
import { factOfText, factText, timeText } from './facts.ts';
import type { Well } from './flowNodes.ts';
import { portsOf } from './indexes.ts';
import type { NodeStanding } from './nodeRun.ts';
import { shownText } from './shownText.ts';

/** A card's foot: one fact on the left, how it ran on the right. */
export function CardFoot({
  node,
  well,
  standing,
  unknown,
  width,
}: {
  readonly node: DocumentNode;
  readonly well: Well | null;
  readonly standing: NodeStanding;
  readonly unknown: boolean;
  /** Of the preview. */
  readonly width: number;
}) {
  if (unknown)
    return (
      <footer>
        <span title={shownText(node.type)}>Type {shownText(node.type, 40)} is missing here</span>
      </footer>
    );
  if (node.disabled === true) return <BypassFoot node={node} />;
  return (
    <footer>
      {well === null ? <span /> : <Fact well={well} device={standing.device} width={width} />}
      <Mark standing={standing} />
    </footer>
  );
}

function Fact({
  well,
  device,
  width,
}: {
  readonly well: Well;
  readonly device: string | null;
  readonly width: number;
}) {
  const type = useStudio((s) => s.report?.types[well.end]);
  // The same question as the preview above asks: answered once for both.
  const { preview } = usePreview(well.end, { width, height: pictureHeight(type?.kind ?? null, width) });
  const exact = preview?.type ?? (type === undefined ? '' : typeText(type));
  const fact = preview === null ? (type === undefined ? '' : factText(type)) : factOfText(preview.type);
  return <span title={exact === '' ? undefined : exact}>{device === null ? fact : device.toUpperCase()}</span>;
}

function BypassFoot({ node }: { readonly node: DocumentNode }) {
  const passes = useStudio((s) => {
    const ports = portsOf(s.document, node, s.report, s.specs.get(node.type));
    const kind = ports.outputs[0]?.kinds[0];
    return kind !== undefined && ports.inputs.some((port) => port.kinds.includes(kind)) ? kind : null;
  });
  return (
    <footer>
      <span>{passes === null ? 'Off' : `Bypassed: passes ${passes} through`}</span>
    </footer>
  );
}

/** Never by hue alone: an icon, and a word or a number. */
function Mark({ standing }: { readonly standing: NodeStanding }) {
  const many = standing.items > 1 ? `${standing.items} items` : '';
  switch (standing.is) {
    case 'idle':
      return null;
    case 'running':
      return (
        <span className="mark">
          {many}
          <LoaderCircle className="turns" size={12} role="img" aria-label="Running" />
        </span>
      );
    case 'ran':
      return (
        <span className="mark time" title={many === '' ? 'Ran' : `Ran over ${many}`}>
          {standing.ms === null ? 'Ran' : timeText(standing.ms)}
        </span>
      );
    case 'cached':
      return (
        <span className="mark" title="From cache">
          <Layers size={12} role="img" aria-label="From cache" />
        </span>
      );
    case 'missing':
      return (
        <span className="mark missing" title="What it works on was missing or broken; the run went on without it.">
          <CircleDashed size={12} aria-hidden="true" />
          Missing
        </span>
      );
    case 'failed':
      return (
        <span className="mark failed">
          <CircleAlert size={12} aria-hidden="true" />
          Failed
        </span>
      );
  }
}
