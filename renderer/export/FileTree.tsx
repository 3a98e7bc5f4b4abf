import { ChevronDown, ChevronRight, FileText, Folder } from 'lucide-react';
import { useMemo } from 'react';
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
  return (
    <section className="export-tree" aria-label="Files">
      <h3>
        Files <span className="quiet">{plan.files.length}</span>
        <span className="export-total quiet">{bytesText(plan.bytes)}</span>
      </h3>
      <ul>
        {rows.map((row) => (
          <li key={row.path}>
            <Row row={row} chosen={row.path === file} closed={closed} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({
  row,
  chosen,
  closed,
}: {
  readonly row: TreeRow;
  readonly chosen: boolean;
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
      className={chosen ? 'export-row chosen' : 'export-row'}
      style={{ paddingLeft: 12 + 16 * depth }}
      aria-current={chosen ? 'true' : undefined}
      aria-expanded={files === null ? undefined : open}
      title={path}
      onClick={files === null ? () => void showFile(path) : toggle}
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
