import type { Difference } from '../../../core/profile/comparison.ts';
import { type RatioAxis, ratioTicks, shareOf } from './forest.ts';

const width = 200;
const height = 24;
const place = (axis: RatioAxis, ratio: number): number => 4 + shareOf(axis, ratio) * (width - 8);

/** The interval as a bar, the ratio as a tick: full when it is known which way, hollow when not, with an arrow where it goes on beyond the axis. */
export function ForestBar({ axis, difference }: { readonly axis: RatioAxis; readonly difference: Difference }) {
  const { ratio, low, high, verdict } = difference;
  const [from, to, at] = [low, high, ratio].map((one) => place(axis, one));
  const middle = height / 2;
  const colour = { faster: 'var(--ok)', slower: 'var(--error)', same: 'var(--ink-2)', unsure: 'var(--ink-3)' }[verdict];
  const cut = [low < 1 / axis.most, high > axis.most];
  return (
    <svg className="forest-bar" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {ratioTicks(axis, 0.2).map((tick) => (
        <line
          key={tick.ratio}
          x1={place(axis, tick.ratio)}
          x2={place(axis, tick.ratio)}
          y2={height}
          stroke={tick.ratio === 1 ? 'var(--edge)' : 'var(--line)'}
        />
      ))}
      <rect
        x={Math.min(from, (from + to) / 2 - 1)}
        width={Math.max(2, to - from)}
        y={middle - 3}
        height={6}
        fill={verdict === 'unsure' ? 'var(--chrome)' : colour}
        stroke={verdict === 'unsure' ? colour : 'none'}
        strokeDasharray="2 2"
      />
      {cut[0] && <path d={arrow(from, -1)} stroke={colour} fill="none" />}
      {cut[1] && <path d={arrow(to, 1)} stroke={colour} fill="none" />}
      <rect x={at - 1} width={2} y={middle - 7} height={14} fill="var(--ink)" />
    </svg>
  );
}

function arrow(x: number, way: 1 | -1): string {
  const middle = height / 2;
  return `M${x - 4 * way} ${middle - 6}L${x} ${middle}L${x - 4 * way} ${middle + 6}`;
}

/** The axis over the bars. */
export function ForestAxis({ axis }: { readonly axis: RatioAxis }) {
  return (
    <svg className="forest-bar" width={width} height={16} viewBox={`0 0 ${width} 16`} aria-hidden="true">
      {ratioTicks(axis, 0.2).map(({ ratio, text }) => (
        <text key={ratio} x={place(axis, ratio)} y={12} textAnchor="middle" fill="var(--ink-3)" fontSize={10}>
          {text}
        </text>
      ))}
    </svg>
  );
}
