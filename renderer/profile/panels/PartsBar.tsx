import type { Parts } from '../../../core/profile/profile.ts';
import { msWithUnit } from '../words.ts';

const kinds = ['queue', 'copy', 'gap', 'run'] as const;
const names = { queue: 'Queue', copy: 'Copy', gap: 'Gap', run: 'Run' } as const;

/** What a node's time is made of: one bar in the patterns of the timeline, and each part in words. Means. */
export function PartsBar({ of }: { readonly of: Parts }) {
  const total = kinds.reduce((sum, kind) => sum + of[kind].mean, 0);
  return (
    <div className="parts-bar">
      <span className="parts-line" aria-hidden="true">
        {kinds.map((kind) => (
          <i key={kind} className={kind} style={{ flexGrow: total === 0 ? 0 : of[kind].mean / total }} />
        ))}
      </span>
      <ul>
        {kinds.map((kind) => (
          <li key={kind}>
            <i className={`part-key ${kind}`} aria-hidden="true" />
            {names[kind]} <b>{msWithUnit(of[kind].mean)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
