import {
  Archive,
  Box,
  Check,
  CircleX,
  Cloud,
  Gauge,
  Hexagon,
  type LucideIcon,
  Network,
  Ship,
  TriangleAlert,
  Workflow,
  Zap,
} from 'lucide-react';
import { useProfile } from '../profile/profileState.ts';
import { chooseTarget } from './exporting.ts';
import { type Standing, useExport } from './exportState.ts';

const icons: Readonly<Record<string, LucideIcon>> = {
  container: Box,
  kubernetes: Ship,
  cloud: Cloud,
  monitoring: Gauge,
  config: Archive,
  triton: Network,
  onnx: Hexagon,
  ray: Workflow,
  fastapi: Zap,
};
const words = { ok: 'It can be made', warning: 'It can be made, with a warning', error: 'It cannot be made' } as const;

/** What a pipeline can become. */
export function TargetList() {
  const targets = useExport((s) => s.targets);
  const at = useExport((s) => s.target);
  const standing = useExport((s) => s.standing);
  const busy = useProfile((s) => s.job !== null);
  return (
    <aside className="export-targets" aria-label="Targets">
      <h2>Export to</h2>
      <div role="radiogroup" aria-label="Export to">
        {(targets ?? []).map(({ id, title, summary }) => {
          const Icon = icons[id] ?? Box;
          const how = standing[id]?.how;
          const said = standing[id]?.words ?? null;
          return (
            // biome-ignore lint/a11y/useSemanticElements: a card with two lines and a sign is no radio button of the browser's.
            <button
              key={id}
              type="button"
              role="radio"
              aria-checked={id === at}
              tabIndex={id === at ? 0 : -1}
              disabled={busy}
              className="export-target"
              onClick={() => chooseTarget(id)}
              onKeyDown={(event) =>
                step(
                  event,
                  (targets ?? []).map((target) => target.id),
                  id,
                )
              }
            >
              <span className="export-target-icon">
                <Icon size={18} aria-hidden="true" />
              </span>
              <span className="export-target-words">
                <b>{title}</b>
                <span className={`export-target-summary ${said === null ? 'quiet' : how}`} title={said ?? summary}>
                  {said ?? summary}
                </span>
              </span>
              <Sign how={how} />
            </button>
          );
        })}
      </div>
    </aside>
  );
}

/** Takes its place before anything is known, so that words beside it do not move. */
function Sign({ how }: { readonly how: Standing['how'] | undefined }) {
  if (how === undefined) return <span className="export-standing" />;
  const Icon = { ok: Check, warning: TriangleAlert, error: CircleX }[how];
  return (
    <span className={`export-standing ${how}`} title={words[how]}>
      <span className="spoken">{words[how]}</span>
      <Icon size={14} aria-hidden="true" />
    </span>
  );
}

/** Arrow keys move the choice, as in any group of radio buttons. */
function step(event: React.KeyboardEvent<HTMLButtonElement>, ids: readonly string[], id: string): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  const next = (ids.indexOf(id) + by + ids.length) % ids.length;
  chooseTarget(ids[next]);
  const buttons = event.currentTarget.parentElement?.querySelectorAll<HTMLButtonElement>('[role="radio"]');
  buttons?.[next]?.focus();
}
