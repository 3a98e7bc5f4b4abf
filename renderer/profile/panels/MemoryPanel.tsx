import { lazy, Suspense } from 'react';
import type { Profile } from '../../../core/profile/profile.ts';
import { bytesText } from '../../canvas/facts.ts';
import { useTitles } from '../titles.ts';
import { percentText } from '../words.ts';
import { TableHead } from './TableHead.tsx';

const MemoryPlot = lazy(async () => ({ default: (await import('../plots/MemoryPlot.tsx')).MemoryPlot }));

/** Bytes: of the process, of what is alive in a run, of the GPU, and which stages make most. */
export function MemoryPanel({ profile }: { readonly profile: Profile }) {
  const { memory, stages } = profile.measured;
  const titleOf = useTitles();
  const largest = [...stages].sort((a, b) => b.bytesOut - a.bytesOut).slice(0, 8);
  const most = Math.max(1, largest[0]?.bytesOut ?? 1);
  return (
    <div className="memory-panel">
      <dl className="memory-facts">
        <Fact name="Engine, peak" value={bytesText(memory.peakBytes)} />
        <Fact name="Engine, steady" value={bytesText(memory.steadyBytes)} />
        <Fact name="Before" value={bytesText(memory.beforeBytes)} />
        <Fact name="Alive at once in a run" value={bytesText(Math.round(memory.liveBytes))} />
        {memory.gpu === null ? (
          <Fact name="GPU" value="none found" />
        ) : (
          <>
            <Fact name="GPU, peak" value={bytesText(memory.gpu.peakBytes)} />
            <Fact name="GPU, steady" value={bytesText(memory.gpu.steadyBytes)} />
            <Fact name="GPU, busy" value={percentText(memory.gpu.utilisationPercent)} />
          </>
        )}
      </dl>
      <div className="memory-plot">
        {memory.samples.length > 1 ? (
          <Suspense fallback={<p className="panel-nothing">Drawing…</p>}>
            <MemoryPlot memory={memory} about={profile.document.name} />
          </Suspense>
        ) : (
          <p className="panel-nothing">It was over before memory was looked at twice.</p>
        )}
      </div>
      <table className="stage-table memory-stages">
        <caption className="spoken">Stages by what they give per request, most first</caption>
        <TableHead columns={['Stage gives', '*Bytes', '(Share)']} />
        <tbody>
          {largest.map((stage) => (
            <tr key={stage.stage}>
              <th scope="row">{stage.nodes.map(titleOf).join(', ')}</th>
              <td className="number">{bytesText(Math.round(stage.bytesOut))}</td>
              <td>
                <span className="path-share" aria-hidden="true">
                  <i style={{ width: `${(72 * stage.bytesOut) / most}px` }} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
