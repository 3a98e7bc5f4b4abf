import { Copy, Search } from 'lucide-react';
import { type KeyboardEvent, useMemo, useState } from 'react';
import type { JsonPreview } from '../../../core/studio/preview.ts';
import { IconButton } from '../controls.tsx';
import { type JsonRow, jsonRows, openFor, openTo, pathText } from '../jsonTree.ts';
import { countText } from '../numbers.ts';
import { copyText } from '../take.ts';

const mostRows = 1500;

/** A tree by the keys of trees: up and down move, right opens, left closes, Enter does either. */
export function JsonLarge({ preview }: { readonly preview: JsonPreview }) {
  const { json } = preview;
  const [open, setOpen] = useState<ReadonlySet<string>>(() => openTo(json, 2));
  const [at, setAt] = useState('$');
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = useMemo(() => openFor(json, wanted), [json, wanted]);
  const rows = useMemo(
    () => jsonRows(json, wanted === '' ? open : new Set([...open, ...found.open]), mostRows),
    [json, open, wanted, found],
  );
  const row = rows.find((one) => one.path === at) ?? rows[0];
  const toggle = (path: string): void => {
    const next = new Set(open);
    if (!next.delete(path)) next.add(path);
    setOpen(next);
  };
  const move = (by: number, list: HTMLElement): void => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(row) + by))];
    setAt(next.path);
    list.querySelector(`[data-path="${CSS.escape(next.path)}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const keys = (event: KeyboardEvent<HTMLElement>): void => {
    const isOpen = open.has(row.path);
    if (event.key === 'ArrowDown') move(1, event.currentTarget);
    else if (event.key === 'ArrowUp') move(-1, event.currentTarget);
    else if (event.key === 'ArrowRight' && row.entries !== null && !isOpen) toggle(row.path);
    else if (event.key === 'ArrowRight') move(1, event.currentTarget);
    else if (event.key === 'ArrowLeft' && row.entries !== null && isOpen) toggle(row.path);
    else if (event.key === 'ArrowLeft') setAt(row.parent ?? row.path);
    else if (event.key === 'Enter' || event.key === ' ') {
      if (row.entries !== null) toggle(row.path);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="json-large">
      <div className="large-tools">
        <label className="field">
          <Search size={14} aria-hidden="true" />
          <input
            type="search"
            aria-label="Search names and values"
            placeholder="Search names and values"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </label>
        {wanted !== '' && <span role="status">{countText(found.hits.size, 'hit')}</span>}
        <span className="grow" />
        <code className="readout">{pathText(row.path)}</code>
        <IconButton name="Copy path" onClick={() => void copyText(pathText(row.path), 'Path copied')}>
          <Copy size={14} />
        </IconButton>
      </div>
      <div
        className="json-tree"
        role="tree"
        aria-label="JSON"
        tabIndex={0}
        aria-activedescendant={`json-${rows.indexOf(row)}`}
        onKeyDown={keys}
      >
        {rows.map((one, i) => (
          <Row
            key={one.path}
            id={`json-${i}`}
            row={one}
            open={open.has(one.path) || found.open.has(one.path)}
            active={one === row}
            hit={found.hits.has(one.path)}
            onPick={() => {
              setAt(one.path);
              if (one.entries !== null) toggle(one.path);
            }}
          />
        ))}
      </div>
      {rows.length >= mostRows && (
        <p className="side-note">{`The first ${mostRows} rows are shown: close some to see others.`}</p>
      )}
    </div>
  );
}

function Row({
  id,
  row,
  open,
  active,
  hit,
  onPick,
}: {
  readonly id: string;
  readonly row: JsonRow;
  readonly open: boolean;
  readonly active: boolean;
  readonly hit: boolean;
  readonly onPick: () => void;
}) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree itself takes the keys.
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={row.depth + 1}
      aria-expanded={row.entries === null ? undefined : open}
      aria-selected={active}
      data-path={row.path}
      className={`json-row ${active ? 'active' : ''} ${hit ? 'hit' : ''}`}
      style={{ paddingLeft: 8 + row.depth * 16 }}
      onClick={onPick}
    >
      <span className="json-turn">{row.entries === null || row.entries === 0 ? '' : open ? '▾' : '▸'}</span>
      {row.key !== null && <span className="json-name">{row.key}</span>}
      <span className={row.entries === null ? `json-${row.type}` : 'quiet'}>{row.text}</span>
    </div>
  );
}
