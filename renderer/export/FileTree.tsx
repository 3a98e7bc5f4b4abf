import { ChevronDown, ChevronRight, FileText, Folder } from 'lucide-react';
import { type KeyboardEvent, useMemo } from 'react';
import type { ExportPlanView } from '../../core/studio/exportingCalls.ts';
import { bytesText } from '../preview/numbers.ts';
import { showFile } from './exporting.ts';
import { setExport, useExport } from './exportState.ts';
import { type TreeRow, treeRows } from './fileTree.ts';

/** Every file that would be written, with its size. */
export function FileTree({ plan }: { readonly plan: ExportPlanView }) {
  const closed = useExport((s) => s.closed);
  const file = useExport((s) => s.file);
  const rows = useMemo(() => treeRows(plan.files, closed), [plan, closed]);
  // One stop for the Tab key; arrows go from line to line.
  const stop = (rows.find(({ path }) => path === file) ?? rows[0])?.path;
  return (
    <section className="export-tree" aria-label="Files">
      <h3>
        Files <span className="quiet">{plan.files.length}</span>
        <span className="export-total quiet">{bytesText(plan.bytes)}</span>
      </h3>
      <div role="tree" aria-label="Files that would be written">
        {rows.map((row) => (
          <Row key={row.path} row={row} chosen={row.path === file} stop={row.path === stop} closed={closed} />
        ))}
      </div>
    </section>
  );
}

function Row({
  row,
  chosen,
  stop,
  closed,
}: {
  readonly row: TreeRow;
  readonly chosen: boolean;
  readonly stop: boolean;
  readonly closed: ReadonlySet<string>;
}) {
  const { path, name, depth, bytes, files, open } = row;
  const toggle = (): void => {
    const next = new Set(closed);
    if (open) next.add(path);
    else next.delete(path);
    setExport({ closed: next });
  };
  return (
    <button
      type="button"
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={chosen}
      tabIndex={stop ? 0 : -1}
      className={chosen ? 'export-row chosen' : 'export-row'}
      style={{ paddingLeft: 12 + 16 * depth }}
      aria-expanded={files === null ? undefined : open}
      title={path}
      onClick={files === null ? () => void showFile(path) : toggle}
      onKeyDown={(event) => move(event, open, files === null ? null : toggle)}
    >
      <span className="export-fold">
        {files !== null && (open ? <ChevronDown size={12} /> : <ChevronRight size={12} />)}
      </span>
      {files === null ? <FileText size={14} aria-hidden="true" /> : <Folder size={14} aria-hidden="true" />}
      <span className="export-name">{name}</span>
      <span className="quiet export-size">{bytesText(bytes)}</span>
    </button>
  );
}

/** As in any tree: up and down between lines, right opens, left closes or goes to the folder above. */
function move(event: KeyboardEvent<HTMLButtonElement>, open: boolean, toggle: (() => void) | null): void {
  const own = event.currentTarget;
  const all = [...(own.parentElement?.querySelectorAll<HTMLButtonElement>('[role="treeitem"]') ?? [])];
  const at = all.indexOf(own);
  const level = (row: HTMLButtonElement): number => Number(row.ariaLevel);
  const above = all.slice(0, at).findLast((row) => level(row) < level(own));
  const next = { ArrowDown: all[at + 1], ArrowUp: all[at - 1], Home: all[0], End: all.at(-1) }[event.key];
  const turn = toggle !== null && event.key === (open ? 'ArrowLeft' : 'ArrowRight');
  const to = next ?? (event.key === 'ArrowLeft' && !turn ? above : undefined);
  if (!turn && to === undefined) return;
  event.preventDefault();
  if (turn) toggle();
  else to?.focus();
}
