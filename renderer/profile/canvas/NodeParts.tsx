import { useStore } from '@xyflow/react';
import { shallow } from 'zustand/shallow';
import { bytesText } from '../../canvas/facts.ts';
import type { Box } from '../../canvas/guides.ts';
import { PartsBar } from '../panels/PartsBar.tsx';
import { useProfile } from '../profileState.ts';
import { deviceText } from '../stageRows.ts';
import { useTitles } from '../titles.ts';
import { msWithUnit, percentText } from '../words.ts';

/** About what it takes, for its place beside the card. */
const width = 268;
const height = 196;
const gap = 8;

/** What the node under the pointer spends its time on. */
export function NodeParts({ boxes }: { readonly boxes: ReadonlyMap<string, Box> }) {
  const node = useProfile((s) => s.hovered);
  const parts = useProfile((s) => s.current?.measured.nodes.find((of) => of.node === node));
  const titleOf = useTitles();
  const box = node === null ? undefined : boxes.get(node);
  const place = useStore((s) => {
    if (box === undefined) return null;
    const [x, y, zoom] = s.transform;
    const left = box.x * zoom + x;
    const right = left + box.width * zoom;
    const beside = right + gap + width < s.width ? right + gap : left - gap - width;
    const middle = (box.y + box.height / 2) * zoom + y - height / 2;
    return {
      left: Math.max(gap, Math.min(beside, s.width - width - gap)),
      top: Math.max(gap, Math.min(middle, s.height - height - gap)),
    };
  }, shallow);
  if (node === null || parts === undefined || place === null) return null;
  return (
    <div className="node-parts floating" style={place}>
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
  );
}
