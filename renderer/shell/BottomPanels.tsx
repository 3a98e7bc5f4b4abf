import { X } from 'lucide-react';
import { useRef } from 'react';
import { CompiledPanel } from '../compiled/CompiledPanel.tsx';
import { useCompiled } from '../compiled/compiledState.ts';
import { showCompiled } from '../compiled/compiling.ts';
import { useLibrary } from '../media/library.ts';
import { MediaPanel } from '../media/MediaPanel.tsx';
import { RunsPanel } from '../preview/RunsPanel.tsx';
import { ProblemsPanel } from '../problems/ProblemsPanel.tsx';
import { type BottomPanel, setState, useStudio } from '../state/state.ts';
import { useHeight } from './HeightEdge.tsx';
import { TabRow } from './TabRow.tsx';

const tabs: readonly { readonly id: BottomPanel; readonly title: string }[] = [
  { id: 'problems', title: 'Problems' },
  { id: 'media', title: 'Media' },
  { id: 'runs', title: 'Runs' },
  { id: 'compiled', title: 'Compiled' },
];

/** Problems, media, runs and compiled parts, under the canvas. */
export function BottomPanels() {
  const bottom = useStudio((s) => s.bottom);
  const section = useRef<HTMLElement>(null);
  const { height, edge } = useHeight(section, {
    setting: 'bottomHeight',
    label: 'Height of the panel',
    usual: 220,
    least: 120,
    leave: 160,
  });

  return (
    <section className="bottom" aria-label="Problems, media, runs and compiled parts" ref={section} style={{ height }}>
      {edge}
      <div className="bottom-head">
        <Tabs shown={bottom} />
        <button
          type="button"
          className="icon-button"
          aria-label="Close the panel"
          title="Close the panel"
          onClick={() => (bottom === 'compiled' ? showCompiled(false) : setState({ bottom: null }))}
        >
          <X size={14} aria-hidden="true" />
        </button>
      </div>
      <div className="bottom-body" role="tabpanel" id="bottom-body" aria-labelledby={`tab-${bottom}`}>
        {bottom === 'problems' && <ProblemsPanel />}
        {bottom === 'media' && <MediaPanel />}
        {bottom === 'runs' && <RunsPanel />}
        {bottom === 'compiled' && <CompiledPanel />}
      </div>
    </section>
  );
}

function Tabs({ shown }: { readonly shown: BottomPanel | null }) {
  const problems = useStudio((s) => s.report?.problems.length ?? 0);
  const runs = useStudio((s) => s.runs.length);
  const session = useStudio((s) => s.session?.id);
  const media = useLibrary((s) => (s.session === session ? s.items.length : 0));
  const compiled = useCompiled((s) => (s.shown && s.session === session ? (s.form?.parts.length ?? 0) : 0));
  const counts: Readonly<Record<BottomPanel, number>> = { problems, runs, media, compiled };
  return (
    <TabRow
      name="Panels"
      prefix="tab"
      body="bottom-body"
      tabs={tabs}
      at={shown}
      onChange={(panel) => setState({ bottom: panel })}
      badge={(panel) => (counts[panel] > 0 ? String(counts[panel]) : null)}
    />
  );
}
