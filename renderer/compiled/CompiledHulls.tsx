import { getBezierPath, Position, ViewportPortal } from '@xyflow/react';
import { type CSSProperties, memo, useMemo } from 'react';
import type { CompiledForm, FormPart } from '../../core/define/compiledForm.ts';
import { useCanvas } from '../canvas/canvasState.ts';
import { timeText } from '../canvas/facts.ts';
import type { FlowNode } from '../canvas/flowNodes.ts';
import { bytesText } from '../shell/words.ts';
import { useStudio } from '../state/state.ts';
import { outsideWords, partHue, useCompiled } from './compiledState.ts';
import { type Hull, hullOf, type Place, placesOf } from './hullShapes.ts';

/** How far a hull stands out around its cards, and how wide it is along a wire. */
const around = 12;
const along = 20;
const edge = 1.5;

/** Under cards and wires: which of them are compiled together, and on the cards why the others are not. */
export function CompiledHulls({ nodes }: { readonly nodes: readonly FlowNode[] }) {
  const session = useStudio((s) => s.session?.id);
  const form = useCompiled((s) => (s.shown && s.session === session ? s.form : null));
  return form === null ? null : <Shown form={form} nodes={nodes} />;
}

function Shown({ form, nodes }: { readonly form: CompiledForm; readonly nodes: readonly FlowNode[] }) {
  const wires = useStudio((s) => s.document.wires);
  const far = useCanvas((s) => s.far);
  const hot = useCompiled((s) => s.hot);
  const places = useMemo(() => placesOf(nodes), [nodes]);
  const hulls = useMemo(() => form.parts.map((part) => hullOf(part.nodes, wires, places)), [form, wires, places]);
  return (
    <ViewportPortal>
      <svg className="hulls" width={1} height={1} aria-hidden="true">
        {hulls.map((hull, at) =>
          hull === null ? null : (
            <HullShape key={form.parts[at].id} hull={hull} hue={partHue(at)} quiet={hot !== null && hot !== at} />
          ),
        )}
      </svg>
      {hulls.map((hull, at) =>
        hull === null ? null : <HullName key={form.parts[at].id} part={form.parts[at]} at={at} hull={hull} far={far} />,
      )}
      {!far &&
        form.outside.map((one) => {
          const place = places.get(one.node);
          return place === undefined ? null : (
            <OutsideNote key={one.node} place={place} words={outsideWords(one)} in={one.besides.length > 0} />
          );
        })}
    </ViewportPortal>
  );
}

/** One shape of many: an edge drawn below a fill, both as wide lines that run into each other. */
const HullShape = memo(function HullShape({
  hull,
  hue,
  quiet,
}: {
  readonly hull: Hull;
  readonly hue: string;
  readonly quiet: boolean;
}) {
  const paths = hull.wires.map(({ key, ...ends }) => ({
    key,
    d: getBezierPath({ ...ends, sourcePosition: Position.Right, targetPosition: Position.Left })[0],
  }));
  const layer = (name: string, more: number) => (
    <g className={name}>
      {hull.boxes.map(({ x, y, width, height }) => (
        <rect
          key={`${x} ${y}`}
          x={x - around - more}
          y={y - around - more}
          width={width + 2 * (around + more)}
          height={height + 2 * (around + more)}
          rx={8 + around + more}
        />
      ))}
      {paths.map(({ key, d }) => (
        <path key={key} d={d} strokeWidth={along + 2 * more} />
      ))}
    </g>
  );
  return (
    <g className={quiet ? 'hull quiet' : 'hull'} style={{ '--part': hue } as CSSProperties}>
      {layer('hull-edge', edge)}
      {layer('hull-fill', 0)}
    </g>
  );
});

function HullName({
  part,
  at,
  hull,
  far,
}: {
  readonly part: FormPart;
  readonly at: number;
  readonly hull: Hull;
  readonly far: boolean;
}) {
  // What it took, where the last run was of this very part.
  const ms = useStudio((s) => {
    const report = s.run?.summary?.nodes[part.nodes[0]];
    return report?.notes['compiledPart'] === at && report.state === 'ran' ? report.runMs : null;
  });
  return (
    <div
      className={far ? 'hull-name far' : 'hull-name'}
      style={
        { left: hull.at.x - around, top: hull.at.y - around - (far ? 56 : 26), '--part': partHue(at) } as CSSProperties
      }
    >
      <PartNumber at={at} />
      {!far && (
        <span>
          {part.nodes.length} in one file, {bytesText(part.bytes)}
          {ms !== null && `, ${timeText(ms)}`}
        </span>
      )}
    </div>
  );
}

/** Why a card is in no part, under it. */
function OutsideNote({
  place: { box },
  words,
  in: inPart,
}: {
  readonly place: Place;
  readonly words: string;
  readonly in: boolean;
}) {
  return (
    <p
      className="outside-note"
      title={words}
      style={{ left: box.x, top: box.y + box.height + (inPart ? around + 6 : 6), width: box.width }}
    >
      <b>{inPart ? 'Also outside' : 'Outside'}</b> {words}
    </p>
  );
}

/** A part's number in its hue. */
export function PartNumber({ at }: { readonly at: number }) {
  return (
    <span className="part-number" style={{ '--part': partHue(at) } as CSSProperties}>
      <span className="spoken">Part </span>
      {at + 1}
    </span>
  );
}
