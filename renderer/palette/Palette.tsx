import { ChevronDown, ChevronRight, PanelLeftClose, Search, X } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { NodeSpec } from '../../core/studio/catalog.ts';
import { addNodeAtCentre } from '../canvas/addNode.ts';
import { setState, useStudio } from '../state/state.ts';
import { familiesOf } from './families.ts';
import { focusAsked, searchFieldId } from './focus.ts';
import { readFolded, writeFolded } from './foldState.ts';
import { HoverCard, useHoverCard } from './HoverCard.tsx';
import { NodeCard } from './NodeCard.tsx';
import { OwnNodes } from './OwnNodes.tsx';
import { PaletteRow, type RowHandlers } from './PaletteRow.tsx';
import { indexNodes, searchNodes } from './search.ts';

const cardId = 'palette-card';

/** Every node type, by family, to be searched and dragged. */
export function Palette() {
  const specs = useStudio((s) => s.specs);
  const [typed, setTyped] = useState('');
  const query = useDeferredValue(typed);
  const [at, setAt] = useState(0);
  const [explained, setExplained] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const card = useHoverCard<NodeSpec>('right');
  const index = useMemo(() => indexNodes(specs.values()), [specs]);
  const results = useMemo(() => (query.trim() === '' ? null : searchNodes(index, query)), [index, query]);
  const ownCount = useMemo(() => index.filter(({ spec }) => spec.own).length, [index]);

  const waiting = useRef(card);
  waiting.current = card;
  const handlers = useMemo(
    (): RowHandlers => ({
      add: addNodeAtCentre,
      point: (spec, row, how) => waiting.current.wait(spec, row, how),
      leave: () => waiting.current.leave(),
    }),
    [],
  );
  useEffect(() => {
    if (focusAsked()) field.current?.focus();
  }, []);

  function fieldKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      if (typed === '') field.current?.blur();
      setTyped('');
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (results === null) firstItem(field.current)?.focus();
      else setAt((was) => Math.max(0, Math.min(results.length - 1, was + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Enter' && results?.[at] !== undefined) {
      event.preventDefault();
      addNodeAtCentre(results[at].type);
    }
  }

  const active = results?.[at];
  return (
    <aside className="panel left palette" aria-label="Nodes">
      <div className="palette-find">
        <label className="field">
          <Search size={14} aria-hidden="true" />
          <input
            ref={field}
            id={searchFieldId}
            type="search"
            aria-label="Search nodes by name, keyword or kind"
            aria-controls="palette-results"
            aria-activedescendant={active === undefined ? undefined : `result-${active.type}`}
            aria-autocomplete="list"
            autoComplete="off"
            spellCheck={false}
            placeholder="Search nodes"
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setAt(0);
            }}
            onKeyDown={fieldKey}
          />
          {typed === '' ? (
            <kbd>/</kbd>
          ) : (
            <button
              type="button"
              className="icon-button small"
              aria-label="Clear the search"
              onClick={() => setTyped('')}
            >
              <X size={12} aria-hidden="true" />
            </button>
          )}
        </label>
      </div>
      <div className="palette-list">
        {results === null ? (
          <FamilyTree handlers={handlers} specs={specs} />
        ) : (
          <ResultList results={results} at={at} handlers={handlers} query={query} />
        )}
      </div>
      <div className="palette-foot">
        <button type="button" className="own-button" aria-expanded={explained} onClick={() => setExplained(!explained)}>
          <span>Nodes from folder…</span>
          {ownCount > 0 && <span className="count">{ownCount}</span>}
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Hide the palette"
          title="Hide the palette"
          onClick={() => setState({ leftOpen: false })}
        >
          <PanelLeftClose size={14} aria-hidden="true" />
        </button>
      </div>
      {explained && <OwnNodes count={ownCount} close={() => setExplained(false)} />}
      {card.shown !== null && (
        <HoverCard id={cardId} place={card.shown.place}>
          <NodeCard spec={card.shown.what} />
        </HoverCard>
      )}
    </aside>
  );
}

function ResultList({
  results,
  at,
  handlers,
  query,
}: {
  readonly results: readonly NodeSpec[];
  readonly at: number;
  readonly handlers: RowHandlers;
  readonly query: string;
}) {
  const active = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const row = active.current;
    const list = row?.closest('.palette-list');
    if (row == null || list == null || at < 0) return;
    const [box, seen] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
    if (box.top < seen.top) list.scrollTop -= seen.top - box.top;
    else if (box.bottom > seen.bottom) list.scrollTop += box.bottom - seen.bottom;
  }, [at]);
  return (
    <>
      <p className="palette-told" role="status">
        {results.length === 0
          ? `Nothing fits “${query.trim()}”. Try a kind: image, or image>tensor.`
          : countText(results.length)}
      </p>
      <div id="palette-results" role="listbox" aria-label="Nodes found">
        {results.map((spec, i) => (
          <PaletteRow
            key={spec.type}
            rowRef={i === at ? active : undefined}
            spec={spec}
            role="option"
            id={`result-${spec.type}`}
            active={i === at}
            handlers={handlers}
          />
        ))}
      </div>
    </>
  );
}

function FamilyTree({
  specs,
  handlers,
}: {
  readonly specs: ReadonlyMap<string, NodeSpec>;
  readonly handlers: RowHandlers;
}) {
  const families = useMemo(() => familiesOf(specs.values()), [specs]);
  const [folded, setFolded] = useState(() => readFolded('palette'));
  const tree = useRef<HTMLDivElement>(null);
  function fold(name: string, to: boolean): void {
    const next = new Set(folded);
    if (to) next.add(name);
    else next.delete(name);
    setFolded(next);
    writeFolded('palette', next);
  }
  function treeKey(event: KeyboardEvent): void {
    const here = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[role=treeitem]') : null;
    if (here === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const items = itemsOf(tree.current);
    const place = items.indexOf(here);
    const family = here.dataset['family'];
    const goes = nextItem(event.key, items, place, here, family !== undefined && !folded.has(family));
    if (goes !== undefined) goes.focus();
    else if (family !== undefined && ['ArrowLeft', 'ArrowRight', 'Enter', ' '].includes(event.key))
      fold(family, event.key === 'ArrowLeft' || (event.key !== 'ArrowRight' && !folded.has(family)));
    else if (here.dataset['type'] !== undefined && event.key === 'Enter') handlers.add(here.dataset['type']);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <div ref={tree} id="palette-results" role="tree" aria-label="Nodes by family" onKeyDown={treeKey}>
      {families.map(({ name, title, nodes }, i) => {
        const open = !folded.has(name);
        return (
          <div key={name} role="none" className="family">
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys for all its items. */}
            <div
              role="treeitem"
              aria-expanded={open}
              aria-owns={open ? `palette-family-${name}` : undefined}
              tabIndex={i === 0 ? 0 : -1}
              data-family={name}
              className="family-head"
              onClick={() => fold(name, open)}
            >
              {open ? <ChevronDown size={12} aria-hidden="true" /> : <ChevronRight size={12} aria-hidden="true" />}
              <span>{title}</span>
              <span className="count">{nodes.length}</span>
            </div>
            {open && (
              // biome-ignore lint/a11y/useSemanticElements: a group inside a tree has no element of its own.
              <div role="group" id={`palette-family-${name}`}>
                {nodes.map((spec) => (
                  <PaletteRow
                    key={spec.type}
                    spec={spec}
                    role="treeitem"
                    id={`palette-${spec.type}`}
                    active={false}
                    handlers={handlers}
                  />
                ))}
              </div>
            )}
          </div>
        );
      })}
    </div>
  );
}

function nextItem(
  key: string,
  items: readonly HTMLElement[],
  place: number,
  here: HTMLElement,
  open: boolean,
): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return items[place + 1];
    case 'ArrowUp':
      return place === 0 ? (document.getElementById(searchFieldId) ?? undefined) : items[place - 1];
    case 'Home':
      return items[0];
    case 'End':
      return items.at(-1);
    case 'ArrowLeft':
      // From a node to its family; an open family folds instead.
      return here.closest('.family')?.querySelector<HTMLElement>('[data-family]') ?? undefined;
    case 'ArrowRight':
      return open ? items[place + 1] : undefined;
    default:
      return key.length === 1 && /\p{L}/u.test(key) ? startingWith(items, place, key) : undefined;
  }
}

function startingWith(items: readonly HTMLElement[], place: number, letter: string): HTMLElement | undefined {
  const around = [...items.slice(place + 1), ...items.slice(0, place)];
  return around.find((item) => item.textContent?.toLowerCase().startsWith(letter.toLowerCase()));
}

function itemsOf(tree: HTMLElement | null): readonly HTMLElement[] {
  return tree === null ? [] : [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')];
}

function firstItem(field: HTMLElement | null): HTMLElement | null {
  return field?.closest('.palette')?.querySelector<HTMLElement>('[role=treeitem]') ?? null;
}

function countText(count: number): string {
  return count === 1 ? '1 node' : `${count} nodes`;
}
