import { useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { countText } from '../../preview/numbers.ts';
import { kindWords, type SpanFacts } from './spanFacts.ts';

/** What is known of the span under the pointer. Beside it, kept inside the window. */
export function SpanCard({
  facts,
  together,
  x,
  y,
}: {
  readonly facts: SpanFacts;
  readonly together: number;
  readonly x: number;
  readonly y: number;
}) {
  const card = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<{ readonly left: number; readonly top: number } | null>(null);
  useLayoutEffect(() => {
    const size = card.current?.getBoundingClientRect();
    if (size === undefined) return;
    const right = x + 14 + size.width <= window.innerWidth - 4;
    const under = y + 18 + size.height <= window.innerHeight - 4;
    setAt({
      left: Math.max(4, right ? x + 14 : x - 14 - size.width),
      top: Math.max(4, under ? y + 18 : y - 12 - size.height),
    });
  }, [x, y]);
  const rows: readonly (readonly [string, string])[] = [
    ['Took', facts.duration],
    ['From', `${facts.start} in run ${facts.run + 1}`],
    ['On', facts.worker],
    ...(facts.bytes === '' ? [] : ([['Moved', facts.bytes]] as const)),
    ['Item', `${facts.item + 1}`],
    ...(facts.sample === '' ? [] : ([['Sample', facts.sample]] as const)),
  ];
  return createPortal(
    <div
      ref={card}
      className="span-card floating"
      aria-hidden="true"
      style={at === null ? { visibility: 'hidden' } : { left: at.left, top: at.top }}
    >
      <p>
        <b>{facts.title}</b>
        {facts.what !== '' && <span>{facts.what}</span>}
      </p>
      <p className="quiet">{kindWords[facts.kind]}</p>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {together > 1 && (
        <p className="quiet">{`The longest of ${countText(together, 'span')} here: zoom in to see each.`}</p>
      )}
    </div>,
    document.body,
  );
}
