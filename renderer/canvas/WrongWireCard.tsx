import { useReactFlow, useStore, ViewportPortal } from '@xyflow/react';
import { Plus, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { WireMend } from '../../core/check/mend.ts';
import { endOf } from '../../core/graph/document.ts';
import type { AxisView, Fit } from '../../core/studio/api.ts';
import { familyToken } from '../kinds/family.ts';
import { useStudio } from '../state/state.ts';
import { useCanvas, type WrongWire } from './canvasState.ts';
import { portPlace } from './HandLine.tsx';
import { connectAnyway, letGo, mendWrong } from './hand.ts';
import { freshNode, roomInWire, sizeOf } from './placing.ts';
import { shownText } from './shownText.ts';
import { axesApart } from './wrongAxes.ts';

const width = 364;

/** Why a wire does not fit: what was expected and what came, axis by axis, and the node that would mend it. */
export function WrongWireCard() {
  const wrong = useCanvas((s) => s.wrong);
  return wrong === null ? null : <Card wrong={wrong} />;
}

function Card({ wrong }: { readonly wrong: WrongWire }) {
  const { fit, stays } = wrong;
  const first = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLElement>(null);
  const place = usePlace(wrong.to);
  const byKeys = useCanvas((s) => s.hand?.by === 'keys');
  const ready = stays && fit !== null;
  useEffect(() => {
    if (ready) (first.current ?? box.current)?.focus();
  }, [ready]);
  const { port } = endOf(wrong.to);
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    event.preventDefault();
    letGo();
  };
  return (
    <section
      ref={box}
      className={`wrong-wire floating nowheel ${stays ? 'stays' : ''}`}
      style={place}
      role={stays ? 'dialog' : 'status'}
      aria-label={`Does not fit ${port}`}
      tabIndex={-1}
      onKeyDown={keys}
    >
      <header>
        <X size={14} aria-hidden="true" />
        <h2>Does not fit {shownText(port, 40)}</h2>
        {fit?.mismatches[0] !== undefined && <code>{fit.mismatches[0].code}</code>}
        {stays && (
          <button type="button" className="button quiet-button" onClick={letGo} aria-label="Let go">
            <kbd>Esc</kbd>
          </button>
        )}
      </header>
      {fit === null ? (
        <p className="quiet">Comparing…</p>
      ) : (
        <>
          <Compared fit={fit} />
          <p>{shownText(fit.reason, 300)}</p>
          {stays && (
            <div className="acts">
              {fit.mends.slice(0, 2).map((mend, i) => (
                <button
                  key={mend.type}
                  ref={i === 0 ? first : undefined}
                  type="button"
                  className={i === 0 ? 'button primary' : 'button'}
                  onClick={() => mendWrong(mend)}
                >
                  <Plus size={14} aria-hidden="true" />
                  Insert {mend.title}
                  {i === 0 && <kbd>Enter</kbd>}
                </button>
              ))}
              <button type="button" className="button" onClick={connectAnyway}>
                Wire anyway
              </button>
            </div>
          )}
          {!stays && fit.mends[0] !== undefined && (
            <p className="quiet">
              {byKeys ? 'Enter' : 'Let go here'} to insert {fit.mends[0].title}.
            </p>
          )}
        </>
      )}
    </section>
  );
}

function Compared({ fit }: { readonly fit: Fit }) {
  const { expected, got, mismatches } = fit;
  if (expected === null || got === null)
    return (
      <dl className="compared">
        <dt>expected</dt>
        <dd>{shownText(fit.wants)}</dd>
        <dt>got</dt>
        <dd className="apart">{shownText(fit.fromType)}</dd>
      </dl>
    );
  const apart = axesApart(expected, got, mismatches);
  const dtypeApart = mismatches.some((mismatch) => mismatch.code === 'wire-dtype');
  return (
    <div className="axes">
      <Axes name="expected" view={expected} apart={apart.expected} dtypeApart={dtypeApart} />
      <Axes name="got" view={got} apart={apart.got} dtypeApart={dtypeApart} />
    </div>
  );
}

function Axes({
  name,
  view,
  apart,
  dtypeApart,
}: {
  readonly name: string;
  readonly view: AxisView;
  readonly apart: ReadonlySet<number>;
  readonly dtypeApart: boolean;
}) {
  return (
    <div className="axis-row">
      <span>{name}</span>
      <code className={dtypeApart ? 'apart' : ''}>{view.dtype}</code>
      <ol>
        {view.dims.map((dim, axis) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an axis is its place.
          <li key={axis} className={apart.has(axis) ? 'apart' : ''}>
            {apart.has(axis) && <span className="spoken">differs: </span>}
            <b>{shownText(dim, 12)}</b>
            {view.letters[axis] !== undefined && <i>{view.letters[axis]}</i>}
          </li>
        ))}
        {view.dims.length === 0 && <li>scalar</li>}
      </ol>
      {view.letters.length > 0 && <b>{view.letters.join('')}</b>}
    </div>
  );
}

/** Under the card that refuses, or over it where there is no room, wholly inside the canvas. */
function usePlace(to: string): { readonly left: number; readonly top: number } {
  const document = useStudio((s) => s.document);
  const { node } = endOf(to);
  const transform = useStore((s) => s.transform);
  const seen = useStore((s) => `${s.width} ${s.height}`);
  const { getInternalNode } = useReactFlow();
  const [x, y, zoom] = transform;
  const [wide, tall] = seen.split(' ').map(Number);
  const port = portPlace(document, to, 'in') ?? { x: 0, y: 0 };
  const card = getInternalNode(node);
  const top = (card?.internals.positionAbsolute.y ?? port.y) * zoom + y;
  const bottom = top + (card?.measured.height ?? 80) * zoom;
  const height = 232;
  const below = bottom + 24 + height < tall;
  return {
    left: Math.max(8, Math.min(port.x * zoom + x - width / 2, wide - width - 8)),
    top: below ? bottom + 24 : Math.max(8, top - height - 16),
  };
}

/** Where the node that mends it would come to stand. */
export function MendGhost() {
  const wrong = useCanvas((s) => s.wrong);
  const mend = wrong?.fit?.mends[0];
  return wrong === null || mend === undefined ? null : <Ghost wrong={wrong} mend={mend} />;
}

function Ghost({ wrong, mend }: { readonly wrong: WrongWire; readonly mend: WireMend }) {
  const document = useStudio((s) => s.document);
  const report = useStudio((s) => s.report);
  const specs = useStudio((s) => s.specs);
  const spec = specs.get(mend.type);
  const draft = freshNode(document, mend.type, mend.params, { x: 0, y: 0 }, spec);
  const size = sizeOf(document, draft, null, specs);
  const { at } = roomInWire(document, wrong, size.width, report, specs);
  return (
    <ViewportPortal>
      <div
        className="ghost"
        style={{
          transform: `translate(${at.x}px, ${at.y}px)`,
          width: size.width,
          height: Math.min(size.height, 76),
          borderTopColor: `var(${familyToken(spec)})`,
        }}
      >
        <b>{mend.title}</b>
        <span>would be inserted</span>
      </div>
    </ViewportPortal>
  );
}
