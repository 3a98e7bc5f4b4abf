import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { endOf } from '../../core/graph/document.ts';
import { familyToken } from '../kinds/family.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { lookOf } from '../kinds/kind.ts';
import { useStudio } from '../state/state.ts';
import { addNodeAt, insertInWire } from './addNode.ts';
import { type QuickAddAt, setCanvas, useCanvas } from './canvasState.ts';
import { portsInto } from './dragging.ts';
import { iconOf } from './familyIcon.ts';
import { canvasElement } from './flow.ts';
import { letGo } from './hand.ts';
import { portFor } from './placing.ts';
import { leastNeedyFirst, type Offer, ranked } from './quickAdding.ts';
import { shownText } from './shownText.ts';

/** A search for node types at the pointer; from a wire that was let go, only of those that take it. */
export function QuickAdd() {
  const at = useCanvas((s) => s.quickAdd);
  return at === null ? null : <QuickAddBox key={`${at.screen.x} ${at.screen.y}`} at={at} />;
}

const width = 296;
const height = 336;
/** As many as anyone scrolls through. */
const most = 60;

function QuickAddBox({ at }: { readonly at: QuickAddAt }) {
  const [text, setText] = useState(at.text);
  const [chosen, setChosen] = useState(0);
  const [wired, setWired] = useState(at.fromWire);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const offers = useOffers(at, wired);
  const found = useMemo(() => ranked(offers, text).slice(0, most), [offers, text]);
  const loading = useCanvas((s) => at.fromWire && s.hand?.partners === null);
  useEffect(() => field.current?.focus(), []);
  useLayoutEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const close = (): void => {
    setCanvas({ quickAdd: null });
    letGo();
  };
  const choose = (offer: Offer | undefined): void => {
    if (offer === undefined) return;
    const wire =
      wired && at.end !== null
        ? { end: at.end, side: at.side, ...(offer.port === null ? {} : { port: offer.port }) }
        : undefined;
    close();
    const into = at.into === null ? null : portsInto(at.into, offer.spec.type);
    if (at.into !== null && into !== null) insertInWire(at.into, { type: offer.spec.type, params: {}, ...into });
    else addNodeAt(offer.spec.type, at.at, wire === undefined ? {} : { wire });
  };
  const keys = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setChosen((chosen + step + found.length) % Math.max(1, found.length));
    else if (event.key === 'Enter') choose(found[chosen]);
    else if (event.key === 'Escape') close();
    else if (event.key === 'Tab' && at.end !== null && !at.fromWire) {
      setWired(!wired);
      setChosen(0);
    } else return;
    event.preventDefault();
  };
  const place = useMemo(() => placeInside(at), [at]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the field inside.
    <div
      className="quick-add floating nowheel"
      style={{ ...place, width, maxHeight: height }}
      onKeyDown={keys}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <label className="field">
        <Search size={14} aria-hidden="true" />
        <input
          ref={field}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          placeholder={at.fromWire || at.into !== null ? 'Nodes that fit' : 'Add a node'}
          aria-label="Search node types"
          role="combobox"
          aria-expanded="true"
          aria-controls="quick-add-list"
          aria-activedescendant={found.length > 0 ? `quick-add-${chosen}` : undefined}
          spellCheck={false}
        />
      </label>
      {at.end !== null && <WireLine at={at} wired={wired} />}
      <div id="quick-add-list" className="offers" ref={list} role="listbox" aria-label="Node types" tabIndex={-1}>
        {found.map((offer, i) => (
          <Row
            key={`${offer.spec.type} ${offer.port ?? ''}`}
            offer={offer}
            id={`quick-add-${i}`}
            on={i === chosen}
            onPick={() => choose(offer)}
            onOver={() => setChosen(i)}
          />
        ))}
      </div>
      {found.length === 0 && <p className="quiet">{loading ? 'Looking for nodes that fit…' : 'No node type fits.'}</p>}
    </div>
  );
}

/** What the new node would be wired to. */
function WireLine({ at, wired }: { readonly at: QuickAddAt; readonly wired: boolean }) {
  const { node, port } = endOf(at.end ?? '.');
  const name = useStudio((s) => {
    const found = s.document.nodes.find((n) => n.id === node);
    return found?.label ?? s.specs.get(found?.type ?? '')?.title ?? node;
  });
  return (
    <p className="quick-wire">
      {wired ? (at.side === 'from' ? 'Wired from ' : 'Wired to ') : 'Not wired to '}
      <b>{shownText(name, 32)}</b> {shownText(port, 32)}
      {!at.fromWire && <kbd>Tab</kbd>}
    </p>
  );
}

function Row({
  offer: { spec, port },
  id,
  on,
  onPick,
  onOver,
}: {
  readonly offer: Offer;
  readonly id: string;
  readonly on: boolean;
  readonly onPick: () => void;
  readonly onOver: () => void;
}) {
  const Icon = iconOf(spec);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus, and its keys choose.
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={on}
      className={on ? 'offer on' : 'offer'}
      onPointerDown={(event) => event.preventDefault()}
      onClick={onPick}
      onPointerMove={onOver}
      title={spec.summary}
    >
      <Icon size={14} strokeWidth={1.75} style={{ color: `var(${familyToken(spec)})` }} aria-hidden="true" />
      <span>{spec.title}</span>
      {port === null ? <em>{spec.family}</em> : <em>{shownText(port, 24)}</em>}
      <Glyph look={lookOf((spec.inputs[0] ?? spec.outputs[0])?.kinds ?? [])} size={10} />
      <i />
      <Glyph look={lookOf((spec.outputs[0] ?? spec.inputs[0])?.kinds ?? [])} size={10} />
    </div>
  );
}

function useOffers(at: QuickAddAt, wired: boolean): readonly Offer[] {
  const specs = useStudio((s) => s.specs);
  const kind = useStudio((s) => (at.end === null ? undefined : s.report?.types[at.end]?.kind));
  const types = useCanvas((s) => s.hand?.types);
  return useMemo(() => {
    const { into } = at;
    if (into !== null)
      return [...specs.values()]
        .filter((spec) => spec.external === null && !spec.publishes && portsInto(into, spec.type) !== null)
        .map((spec) => ({ spec, port: null }));
    const all: readonly Offer[] = [...specs.values()].map((spec) => ({ spec, port: null }));
    if (at.fromWire)
      return leastNeedyFirst(
        (types ?? []).flatMap(({ type, port }) => {
          const spec = specs.get(type);
          return spec === undefined ? [] : [{ spec, port }];
        }),
      );
    if (!wired || kind === undefined) return all;
    return leastNeedyFirst(
      all.flatMap(({ spec }) => {
        const port = portFor(spec, 'in', [kind]);
        return port === null ? [] : [{ spec, port }];
      }),
    );
  }, [specs, types, at, wired, kind]);
}

/** Beside the pointer, wholly inside the canvas. */
function placeInside({ screen }: QuickAddAt): { readonly left: number; readonly top: number } {
  const bounds = canvasElement()?.getBoundingClientRect();
  if (bounds === undefined) return { left: screen.x, top: screen.y };
  const left = Math.max(8, Math.min(screen.x - bounds.left, bounds.width - width - 8));
  const top = Math.max(8, Math.min(screen.y - bounds.top, bounds.height - height - 8));
  return { left, top };
}
