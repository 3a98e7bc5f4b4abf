import '../../../renderer/style/tokens.css';
import '../../../renderer/style/base.css';
import '../../../renderer/style/timeline.css';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { decodeTrace, encodeTrace } from '../../../core/profile/traceFile.ts';
import { Timeline } from '../../../renderer/profile/timeline/Timeline.tsx';
import { largeTrace } from '../largeTrace.ts';
import { openNaive } from './naive.ts';

/** The page of the benchmark: it makes the file of a trace, then opens it on demand, by the studio's timeline or naively. */
const asked = new URLSearchParams(location.search);
const file = encodeTrace(largeTrace(Number(asked.get('count') ?? '1000000')));
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');
root.style.height = '320px';

function Page({ trace }: { readonly trace: ReturnType<typeof decodeTrace> }) {
  const [runs, setRuns] = useState({ first: 0, last: trace.runs.count - 1 });
  const [selected, setSelected] = useState<string | null>(null);
  return (
    <Timeline
      trace={trace}
      runs={runs}
      onRuns={setRuns}
      shown={{ median: 0, p95: 1, slowest: 2 }}
      samples={[]}
      titleOf={titleOf}
      heatOf={heatOf}
      pathOf={pathOf}
      selected={selected}
      onSelect={setSelected}
    />
  );
}
const titleOf = (node: string): string => node;
const heatOf = (node: string): number => node.length % 6;
const pathOf = (): readonly [] => [];

declare global {
  interface Window {
    readonly openTrace?: () => void;
    readonly traceBytes?: number;
  }
}
Object.assign(window, {
  traceBytes: file.byteLength,
  openTrace: () => {
    const trace = decodeTrace(file);
    if (asked.get('how') === 'naive') openNaive(root, trace);
    else createRoot(root).render(<Page trace={trace} />);
  },
});
