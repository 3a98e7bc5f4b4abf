import { X } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useLibrary } from '../media/library.ts';
import { MediaPanel } from '../media/MediaPanel.tsx';
import { RunsPanel } from '../preview/RunsPanel.tsx';
import { ProblemsPanel } from '../problems/ProblemsPanel.tsx';
import { remember, useSetting } from '../state/settings.ts';
import { type BottomPanel, setState, useStudio } from '../state/state.ts';

const tabs: readonly { readonly panel: BottomPanel; readonly label: string }[] = [
  { panel: 'problems', label: 'Problems' },
  { panel: 'media', label: 'Media' },
  { panel: 'runs', label: 'Runs' },
];
const least = 120;
const usual = 220;

/** Problems, media and runs, under the canvas. */
export function BottomPanels() {
  const bottom = useStudio((s) => s.bottom);
  const kept = useSetting('bottomHeight');
  const [dragged, setDragged] = useState<number | null>(null);
  const from = useRef({ y: 0, height: 0 });
  const section = useRef<HTMLElement>(null);
  const height = dragged ?? (typeof kept === 'number' ? kept : usual);

  function within(wanted: number): number {
    const room = section.current?.parentElement?.clientHeight ?? 800;
    return Math.round(Math.max(least, Math.min(wanted, room - 160)));
  }
  function begin(event: PointerEvent<HTMLElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { y: event.clientY, height };
    setDragged(height);
  }
  function move(event: PointerEvent<HTMLElement>): void {
    if (dragged !== null) setDragged(within(from.current.height + from.current.y - event.clientY));
  }
  function end(): void {
    if (dragged !== null) remember('bottomHeight', dragged);
    setDragged(null);
  }
  function keyDown(event: KeyboardEvent): void {
    const step = { ArrowUp: 16, ArrowDown: -16, PageUp: 80, PageDown: -80 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    remember('bottomHeight', within(height + step));
  }

  return (
    <section className="bottom" aria-label="Problems, media and runs" ref={section} style={{ height }}>
      {/* biome-ignore lint/a11y/useSemanticElements: a rule that is moved is a separator with a value, not an hr. */}
      <div
        className="bottom-edge"
        role="separator"
        aria-orientation="horizontal"
        aria-label="Height of the panel"
        aria-valuenow={height}
        aria-valuemin={least}
        aria-valuemax={2000}
        tabIndex={0}
        onPointerDown={begin}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
        onDoubleClick={() => remember('bottomHeight', usual)}
        onKeyDown={keyDown}
      />
      <div className="bottom-head">
        <Tabs shown={bottom} />
        <button
          type="button"
          className="icon-button"
          aria-label="Close the panel"
          title="Close the panel"
          onClick={() => setState({ bottom: null })}
        >
          <X size={14} aria-hidden="true" />
        </button>
      </div>
      <div className="bottom-body" role="tabpanel" id="bottom-body" aria-labelledby={`tab-${bottom}`}>
        {bottom === 'problems' && <ProblemsPanel />}
        {bottom === 'media' && <MediaPanel />}
        {bottom === 'runs' && <RunsPanel />}
      </div>
    </section>
  );
}

function Tabs({ shown }: { readonly shown: BottomPanel | null }) {
  const problems = useStudio((s) => s.report?.problems.length ?? 0);
  const runs = useStudio((s) => s.runs.length);
  const session = useStudio((s) => s.session?.id);
  const media = useLibrary((s) => (s.session === session ? s.items.length : 0));
  const counts: Readonly<Record<BottomPanel, number>> = { problems, runs, media };
  function keyDown(event: KeyboardEvent<HTMLElement>): void {
    const at = tabs.findIndex((tab) => tab.panel === shown);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const { panel } = tabs[(next + tabs.length) % tabs.length];
    setState({ bottom: panel });
    event.currentTarget.querySelector<HTMLElement>(`#tab-${panel}`)?.focus();
  }
  return (
    <div className="bottom-tabs" role="tablist" aria-label="Panels" onKeyDown={keyDown} tabIndex={-1}>
      {tabs.map(({ panel, label }) => (
        <button
          key={panel}
          id={`tab-${panel}`}
          type="button"
          role="tab"
          className="tab"
          aria-selected={panel === shown}
          aria-controls="bottom-body"
          tabIndex={panel === shown ? 0 : -1}
          onClick={() => setState({ bottom: panel })}
        >
          {label}
          {counts[panel] > 0 && <span className="count">{counts[panel]}</span>}
        </button>
      ))}
    </div>
  );
}
