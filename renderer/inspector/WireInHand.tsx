import { useEffect } from 'react';
import { endOf } from '../../core/graph/document.ts';
import { insertInWire } from '../canvas/addNode.ts';
import { type Partner, useCanvas } from '../canvas/canvasState.ts';
import { connect, letGo, wireTo } from '../canvas/hand.ts';
import { nodesById } from '../canvas/indexes.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { kindLooks, lookOf } from '../kinds/kind.ts';
import { countText } from '../shell/words.ts';
import { type WireInHand as InHand, useStudio } from '../state/state.ts';
import { Facts, Section } from './Section.tsx';
import { EndButton } from './WireView.tsx';

/** A wire is in hand: where it may go, where one node more lets it go, and why it may not go elsewhere. */
export function WireInHand({ wire }: { readonly wire: InHand }) {
  const hand = useCanvas((s) => s.hand);
  const type = useStudio((s) => s.report?.types[wire.end]);
  const text = useStudio((s) => s.report?.typeTexts[wire.end]);
  const wants = useStudio((s) => {
    const { node, port } = endOf(wire.end);
    return s.report?.shapes[node]?.inputs.find((input) => input.name === port);
  });
  const ports = hand?.partners === null || hand === null ? null : [...hand.partners.values()];
  const fits = ports?.filter((port) => port.how === 'fits') ?? [];
  const mends = ports?.filter((port) => port.how === 'mend') ?? [];
  const refused = ports?.filter((port) => port.how === 'refused') ?? [];
  const moved = hand?.moved ?? null;

  useEffect(() => {
    function digit(event: KeyboardEvent): void {
      const place = Number(event.key) - 1;
      const inField = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
      if (inField || event.ctrlKey || event.metaKey || event.altKey || !(place >= 0 && place < fits.length)) return;
      event.preventDefault();
      event.stopPropagation();
      hang(wire, fits[place], moved);
    }
    window.addEventListener('keydown', digit, { capture: true });
    return () => window.removeEventListener('keydown', digit, { capture: true });
  }, [wire, fits, moved]);

  return (
    <>
      <header className="inspected">
        <h2>Wire in hand</h2>
        <p className="quiet">
          {wire.side === 'from' ? 'from' : 'to'} <EndButton end={wire.end} />
        </p>
      </header>
      <Section title={wire.side === 'from' ? 'Carries' : 'Wants'}>
        {wire.side === 'from' ? (
          <Facts
            facts={[
              [
                'Type',
                <span key="type" className="with-glyph">
                  {type !== undefined && <Glyph kind={type.kind} named />}
                  <code className="wrap">{text ?? 'not known yet'}</code>
                </span>,
              ],
              ...(type === undefined
                ? []
                : [['Time', type.sequence.count === 'one' ? 'one item' : 'a sequence of items'] as const]),
            ]}
          />
        ) : (
          <Facts
            facts={[
              [
                'Kind',
                <span key="kind" className="with-glyph">
                  {wants !== undefined && <Glyph look={lookOf(wants.kinds)} />}
                  {wants === undefined
                    ? 'not known yet'
                    : wants.kinds.length > 4
                      ? 'any kind'
                      : wants.kinds.join(' or ')}
                </span>,
              ],
              ...(wants === undefined || wants.wants === ''
                ? []
                : [['Type', <code key="wants">{wants.wants}</code>] as const]),
            ]}
          />
        )}
      </Section>
      {ports === null ? (
        <p className="part quiet" role="status">
          Trying every port…
        </p>
      ) : (
        <>
          <PortList title="Fits" ports={fits} wire={wire} moved={moved} numbered />
          <PortList title="Fits after one node" ports={mends} wire={wire} moved={moved} />
          <PortList title="Does not fit" ports={refused} wire={wire} moved={moved} />
        </>
      )}
      <p className="part keys">
        <kbd>Tab</kbd> next <kbd>Enter</kbd> connect <kbd>Esc</kbd> let go
      </p>
    </>
  );
}

function PortList({
  title,
  ports,
  wire,
  moved,
  numbered = false,
}: {
  readonly title: string;
  readonly ports: readonly Partner[];
  readonly wire: InHand;
  readonly moved: string | null;
  readonly numbered?: boolean;
}) {
  if (ports.length === 0 && !numbered) return null;
  return (
    <Section title={title} aside={countText(ports.length, 'port')}>
      {ports.length === 0 && <p className="quiet">No port here takes it as it is.</p>}
      <ul className="hand-ports">
        {ports.map((port, i) => (
          <li key={port.end}>
            <button
              type="button"
              aria-disabled={port.how === 'refused'}
              onClick={() => port.how !== 'refused' && hang(wire, port, moved)}
            >
              <PortGlyph end={port.end} />
              <PortName end={port.end} />
              {numbered && i < 9 && <kbd>{i + 1}</kbd>}
              {port.how === 'mend' && (
                <small>
                  {port.mend?.title}{' '}
                  {Object.values(port.mend?.params ?? {})
                    .map((value) => JSON.stringify(value))
                    .join(' ')}
                </small>
              )}
              {port.how === 'refused' && <small>{port.reason}</small>}
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function PortGlyph({ end }: { readonly end: string }) {
  const look = useStudio((s) => {
    const known = s.report?.types[end];
    if (known !== undefined) return kindLooks[known.kind];
    const { node, port } = endOf(end);
    const shape = s.report?.shapes[node];
    const found = [...(shape?.inputs ?? []), ...(shape?.outputs ?? [])].find(({ name }) => name === port);
    return lookOf(found?.kinds ?? []);
  });
  return <Glyph look={look} />;
}

function PortName({ end }: { readonly end: string }) {
  const { node, port } = endOf(end);
  const title = useStudio((s) => {
    const known = nodesById(s.document.nodes).get(node);
    return known === undefined ? node : (known.label ?? s.specs.get(known.type)?.title ?? node);
  });
  return (
    <span>
      {title} <span className="quiet">{port}</span>
    </span>
  );
}

/** Wires it, or puts the node in that makes it fit. */
function hang(wire: InHand, port: Partner, moved: string | null): void {
  const there = wireTo(wire, port.end);
  if (port.how === 'mend' && port.mend !== undefined) {
    letGo();
    insertInWire(there, port.mend);
    return;
  }
  connect(there, moved);
  letGo();
}
