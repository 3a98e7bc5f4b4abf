import { useStore, ViewportPortal } from '@xyflow/react';
import { Plus, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import type { WireMend } from '../../core/check/mend.ts';
import { endOf } from '../../core/graph/document.ts';
import type { AxisView, Fit } from '../../core/studio/api.ts';
import { familyToken } from '../kinds/family.ts';
import { useStudio } from '../state/state.ts';
import { useCanvas, type WrongWire } from './canvasState.ts';
import { placeBeside } from './cardPlace.ts';
import { boxOfShown } from './flow.ts';
import type { Box } from './guides.ts';
import { connectAnyway, letGo, mendWrong } from './hand.ts';
import { freshNode, roomInWire, sizeOf } from './placing.ts';
import { shownText } from './shownText.ts';
import { axesApart } from './wrongAxes.ts';

const width = 364;
/** About: it grows with the words of the reason. */
const height = 216;

/** Why a wire does not fit: what was expected and what came, axis by axis, and the node that would mend it. */
export function WrongWireCard() {
  const wrong = useCanvas((s) => s.wrong);
  return wrong === null ? null : <Card wrong={wrong} />;
}

function Card({ wrong }: { readonly wrong: WrongWire }) {
  const { fit, stays } = wrong;
  const first = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLElement>(null);
  const place = usePlace(wrong);
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

/** Beside the card that refuses, where it hides neither that one, nor what the wire comes from, nor the ghost. */
function usePlace(wrong: WrongWire): { readonly left: number; readonly top: number } {
  const transform = useStore((s) => s.transform);
  const wide = useStore((s) => s.width);
  const tall = useStore((s) => s.height);
  const ghost = useGhost(wrong);
  const [x, y, zoom] = transform;
  const seen = (box: Box): Box => ({
    x: box.x * zoom + x,
    y: box.y * zoom + y,
    width: box.width * zoom,
    height: box.height * zoom,
  });
  const [target, source] = [wrong.to, wrong.from].map((end) => boxOfShown(endOf(end).node));
  if (target === null) return { left: 8, top: 8 };
  const shown = [source, ghost?.box ?? null].flatMap((box) => (box === null ? [] : [seen(box)]));
  return placeBeside({ width, height }, seen(target), shown, { width: wide, height: tall });
}

/** Where the node that mends it would come to stand. */
export function MendGhost() {
  const wrong = useCanvas((s) => s.wrong);
  const mend = wrong?.fit?.mends[0];
  return wrong === null || mend === undefined ? null : <Ghost wrong={wrong} mend={mend} />;
}

function Ghost({ wrong, mend }: { readonly wrong: WrongWire; readonly mend: WireMend }) {
  const ghost = useGhost(wrong);
  if (ghost === null) return null;
  const { box, token } = ghost;
  return (
    <ViewportPortal>
      <div
        className="ghost"
        style={{
          transform: `translate(${box.x}px, ${box.y}px)`,
          width: box.width,
          height: box.height,
          borderTopColor: `var(${token})`,
        }}
      >
        <b>{mend.title}</b>
        <span>would be inserted</span>
      </div>
    </ViewportPortal>
  );
}

const ghostHeight = 76;

function useGhost(wrong: WrongWire): { readonly box: Box; readonly token: string } | null {
  const document = useStudio((s) => s.document);
  const report = useStudio((s) => s.report);
  const specs = useStudio((s) => s.specs);
  const mend = wrong.fit?.mends[0];
  return useMemo(() => {
    if (mend === undefined) return null;
    const spec = specs.get(mend.type);
    const size = sizeOf(document, freshNode(document, mend.type, mend.params, { x: 0, y: 0 }, spec), null, specs);
    const { at } = roomInWire(document, wrong, size.width, report, specs);
    return { box: { ...at, width: size.width, height: Math.min(size.height, ghostHeight) }, token: familyToken(spec) };
  }, [document, report, specs, mend, wrong]);
}
