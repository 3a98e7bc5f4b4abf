import { useStore, ViewportPortal } from '@xyflow/react';
import { bytesText } from '../../canvas/facts.ts';
import type { Box } from '../../canvas/guides.ts';
import { PartsBar } from '../panels/PartsBar.tsx';
import { useProfile } from '../profileState.ts';
import { deviceText } from '../stageRows.ts';
import { useTitles } from '../titles.ts';
import { msWithUnit, percentText } from '../words.ts';

/** What the node under the pointer spends its time on. */
export function NodeParts({ boxes }: { readonly boxes: ReadonlyMap<string, Box> }) {
  const node = useProfile((s) => s.hovered);
  const parts = useProfile((s) => s.current?.measured.nodes.find((of) => of.node === node));
  const titleOf = useTitles();
  const box = node === null ? undefined : boxes.get(node);
  const zoom = useStore((s) => s.transform[2]);
  const top = useStore((s) => s.transform[1]);
  if (node === null || parts === undefined || box === undefined) return null;
  // Above the card, below it where there is no room.
  const above = box.y * zoom + top > 170;
  return (
    <ViewportPortal>
      <div
        className={`node-parts floating ${above ? 'above' : ''}`}
        style={{
          transform: `translate(${box.x}px, ${above ? box.y - 8 : box.y + box.height + 8}px) scale(${1 / zoom})`,
        }}
      >
        <h3>{titleOf(node)}</h3>
        <PartsBar of={parts} />
        <dl>
          <div>
            <dt>p50, p95, p99</dt>
            <dd>
              {msWithUnit(parts.total.p50)}, {msWithUnit(parts.total.p95)}, {msWithUnit(parts.total.p99)}
            </dd>
          </div>
          <div>
            <dt>Ran on</dt>
            <dd>
              {deviceText(parts.device)}, {parts.worker}
            </dd>
          </div>
          <div>
            <dt>In and out</dt>
            <dd>
              {bytesText(Math.round(parts.bytesIn))}, {bytesText(Math.round(parts.bytesOut))}
              {parts.items > 1.5 ? ` in ${Math.round(parts.items)} items` : ''}
            </dd>
          </div>
          <div>
            <dt>Critical path</dt>
            <dd>
              {parts.criticalPercent > 0
                ? `${percentText(parts.criticalPercent)} of the time`
                : `off it, ${msWithUnit(parts.slackMs)} to spare`}
            </dd>
          </div>
        </dl>
        {parts.shared && <p className="quiet">Its share of a pass, found by running the pass up to it.</p>}
      </div>
    </ViewportPortal>
  );
}
