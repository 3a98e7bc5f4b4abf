import { Check, RotateCcw } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { ParamSpec } from '../../core/define/param.ts';
import type { DocumentNode } from '../../core/graph/document.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import { useLibrary } from '../media/library.ts';
import { HoverCard, useHoverCard } from '../palette/HoverCard.tsx';
import { state, useStudio } from '../state/state.ts';
import { labelsOf } from './fieldText.ts';
import { ParamCard } from './ParamCard.tsx';
import { type ParamAsked, ParamField } from './ParamField.tsx';
import { notesOf } from './runFacts.ts';
import { Fold, Section } from './Section.tsx';
import { commonValue, resetParams, sameJson } from './setParam.ts';

const none: readonly ProblemData[] = [];

/** Parameters of one node as a form; those for experts are folded away. */
export function ParamForm({
  title,
  node,
  params,
  problems,
  device = false,
}: {
  readonly title: string;
  readonly node: DocumentNode;
  readonly params: readonly (readonly [string, ParamSpec])[];
  readonly problems: ReadonlyMap<string, readonly ProblemData[]>;
  /** Says where it really ran. */
  readonly device?: boolean;
}) {
  if (params.length === 0) return null;
  const changed = params
    .filter(([name, spec]) => Object.hasOwn(node.params, name) && !sameJson(node.params[name], spec.default))
    .filter(([, spec]) => spec.form !== 'file')
    .map(([name]) => name);
  return (
    <Section
      title={title}
      aside={
        device ? (
          <RanOn id={node.id} />
        ) : changed.length === 0 ? undefined : (
          <button
            type="button"
            className="icon-button tiny"
            aria-label={`Reset all ${changed.length} changed parameters`}
            title={`Reset all (${changed.length} changed)`}
            onClick={() => resetParams(node.id, changed, `${changed.length} parameters`)}
          >
            <RotateCcw size={12} aria-hidden="true" />
          </button>
        )
      }
    >
      <ParamFields nodes={[node]} params={params} problems={problems} name={`${title} of ${node.type}`} />
    </Section>
  );
}

/** The fields themselves, of one node or of several edited together. */
export function ParamFields({
  nodes,
  params,
  problems,
  name: foldName,
}: {
  readonly nodes: readonly DocumentNode[];
  readonly params: readonly (readonly [string, ParamSpec])[];
  readonly problems: ReadonlyMap<string, readonly ProblemData[]>;
  readonly name: string;
}) {
  const card = useHoverCard<ParamAsked>('left');
  const readOnly = useStudio((s) => s.session?.readOnly ?? true);
  const ids = nodes.map((node) => node.id).join(' ');
  const tell = useStable(card.wait);
  const untell = useStable(card.leave);
  const labels = useMemo(() => labelsOf(params), [params]);
  const files = useFileSuggestions(params.some(([, spec]) => spec.form === 'file'));
  const devices = useDeviceNotes(params.some(([name]) => name === 'device'));
  const fields = (of: typeof params) =>
    of.map(([name, spec]) => (
      <ParamField
        key={name}
        ids={ids}
        name={name}
        label={labels.get(name) ?? name}
        spec={spec}
        value={commonValue(nodes, name, spec)}
        problems={problems.get(name) ?? none}
        suggestions={spec.form === 'file' ? (spec.role === 'media' ? files.media : files.others) : undefined}
        notes={name === 'device' ? devices : undefined}
        tell={tell}
        untell={untell}
      />
    ));
  const plain = params.filter(([, spec]) => spec.advanced !== true);
  const advanced = params.filter(([, spec]) => spec.advanced === true);
  const set = advanced.filter(([name, spec]) => !sameJson(commonValue(nodes, name, spec), spec.default)).length;
  return (
    <fieldset className="params" disabled={readOnly}>
      {fields(plain)}
      {advanced.length > 0 && (
        <Fold
          title={
            <>
              Advanced
              <span className="count">{set > 0 ? `${set} of ${advanced.length} changed` : advanced.length}</span>
            </>
          }
          name={foldName}
          closed
          force={advanced.some(([name]) => problems.has(name))}
        >
          {fields(advanced)}
        </Fold>
      )}
      {card.shown !== null && (
        <HoverCard id="param-card" place={card.shown.place}>
          <ParamCard {...card.shown.what} />
        </HoverCard>
      )}
    </fieldset>
  );
}

/** The device that ran it, and how many operators fell back, as the last run noted it. */
function RanOn({ id }: { readonly id: string }) {
  const notes = useStudio((s) => notesOf(s, id));
  const ran = notes?.['device'];
  if (typeof ran !== 'string') return null;
  const fellBack = notes?.['fellBack'];
  const operators = notes?.['operators'];
  if (typeof fellBack === 'number' && fellBack > 0)
    return (
      <span className="warned">
        ran on {ran.toUpperCase()}, {fellBack}
        {typeof operators === 'number' ? ` of ${operators}` : ''} operators fell back
      </span>
    );
  return (
    <span className="okay">
      <Check size={12} aria-hidden="true" />
      ran on {ran.toUpperCase()}
    </span>
  );
}

/** A function that stays the same from one time to the next and does what the newest one does. */
function useStable<A extends readonly unknown[]>(run: (...args: A) => void): (...args: A) => void {
  const [held] = useState(() => ({ run }));
  held.run = run;
  return useMemo(
    () =>
      (...args: A) =>
        held.run(...args),
    [held],
  );
}

/** Paths that a file field may be set to: those recorded, those that other nodes name, the library's. */
function useFileSuggestions(wanted: boolean): {
  readonly media: readonly string[];
  readonly others: readonly string[];
} {
  const recorded = useStudio((s) => (wanted ? s.document.files : noFiles));
  const items = useLibrary((s) => (wanted ? s.items : noItems));
  return useMemo(
    () => ({ media: items.map((item) => item.path), others: recorded.map((file) => file.path) }),
    [recorded, items],
  );
}
const noFiles: readonly { readonly path: string }[] = [];
const noItems: readonly { readonly path: string }[] = [];

let triedDevices: Promise<Readonly<Record<string, string>>> | null = null;

/** Which devices do not start here; asked once, for it tries each. */
function useDeviceNotes(wanted: boolean): Readonly<Record<string, string>> | undefined {
  const [notes, setNotes] = useState<Readonly<Record<string, string>>>();
  useEffect(() => {
    if (!wanted) return;
    let there = true;
    triedDevices ??= state()
      .api.call('devices', {})
      .then(({ devices }) =>
        Object.fromEntries(devices.filter(({ works }) => !works).map(({ device }) => [device, 'not here'])),
      )
      .catch(() => {
        triedDevices = null;
        return {};
      });
    void triedDevices.then((found) => there && setNotes(found));
    return () => {
      there = false;
    };
  }, [wanted]);
  return notes;
}
