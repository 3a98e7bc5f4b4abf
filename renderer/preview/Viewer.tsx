import { ChevronLeft, ChevronRight, Maximize2, Minimize2, X } from 'lucide-react';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { endOf } from '../../core/graph/document.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { shownRunOf } from '../state/runs.ts';
import { useStudio } from '../state/state.ts';
import { closeViewer, openViewer } from '../state/viewing.ts';
import { CanvasPanel } from './CanvasPanel.tsx';
import { Compare } from './compare/Compare.tsx';
import { IconButton } from './controls.tsx';
import { ItemStepper } from './ItemStepper.tsx';
import { LargeBody } from './LargeBody.tsx';
import { msText } from './numbers.ts';
import { portsInOrder } from './portOrder.ts';
import { portOf } from './previews.ts';
import { clockText } from './runs/runWords.ts';

/** Over the canvas: one port's values, large, or two runs side by side. */
export function Viewer() {
  const viewer = useStudio((s) => s.viewer);
  const compare = useStudio((s) => s.compare);
  if (viewer !== null) return <PortViewer end={viewer.end} />;
  if (compare !== null) return <Compare left={compare.left} right={compare.right} />;
  return null;
}

/** What takes the arrows for itself. */
const arrowTakers = 'input, select, textarea, [role="tablist"], [role="tree"], [role="slider"], [role="separator"]';

function PortViewer({ end }: { readonly end: string }) {
  const [whole, setWhole] = useState(false);
  const document = useStudio((s) => s.document);
  const specs = useStudio((s) => s.specs);
  const expected = useStudio((s) => s.report?.typeTexts[end]);
  const [exact, setExact] = useState<string | null>(null);
  const typeText = exact ?? expected;
  const run = useStudio(shownRunOf);
  const newest = useStudio((s) => s.runs[0]?.run === shownRunOf(s)?.run);
  const ports = useMemo(
    () =>
      portsInOrder(
        document,
        (run?.ports ?? []).map((port) => port.end),
      ),
    [document, run],
  );
  const { node, port } = endOf(end);
  const here = document.nodes.find((one) => one.id === node);
  const title = here?.label ?? specs.get(here?.type ?? '')?.title ?? node;
  const kept = run === null ? null : portOf(run, end);
  const at = ports.indexOf(end);
  const go = (by: number): void => {
    const next = ports[at + by];
    if (next !== undefined) openViewer(next);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target instanceof Element && event.target.closest(arrowTakers) !== null) return;
    if (event.key === 'ArrowLeft') go(-1);
    else if (event.key === 'ArrowRight') go(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <CanvasPanel name={`${title}, ${port}, large`} whole={whole} onClose={closeViewer} onKeys={keys}>
      <header className="viewer-head">
        {kept?.kind != null && <Glyph kind={kept.kind} size={12} named />}
        <h2>
          {title}
          <span className="quiet">{port}</span>
        </h2>
        <code className="grow viewer-type" title={typeText}>
          {typeText}
        </code>
        {kept !== null && kept.times.length > 1 && <ItemStepper port={kept} />}
        {run !== null && (
          <span
            className="viewer-run"
            title={`Run of ${clockText(run.startedAt)}${run.wallMs === null ? '' : `, ${msText(run.wallMs)}`}`}
          >
            {newest ? 'Last run' : `Run of ${clockText(run.startedAt)}`}
          </span>
        )}
        <IconButton name="Port before" keys="←" disabled={at <= 0} onClick={() => go(-1)}>
          <ChevronLeft size={16} />
        </IconButton>
        <IconButton name="Next port" keys="→" disabled={at === -1 || at >= ports.length - 1} onClick={() => go(1)}>
          <ChevronRight size={16} />
        </IconButton>
        <IconButton name={whole ? 'Smaller panel' : 'Over the whole canvas'} onClick={() => setWhole(!whole)}>
          {whole ? <Minimize2 size={14} /> : <Maximize2 size={14} />}
        </IconButton>
        <IconButton name="Close" keys="Esc" onClick={closeViewer}>
          <X size={16} />
        </IconButton>
      </header>
      <LargeBody key={end} end={end} onType={setExact} />
    </CanvasPanel>
  );
}
