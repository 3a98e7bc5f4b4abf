import { ArrowRight, Plus, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { disconnected } from '../../core/graph/changes.ts';
import { type DocumentWire, endOf } from '../../core/graph/document.ts';
import { toProblemData } from '../../core/problems/problem.ts';
import type { Fit } from '../../core/studio/api.ts';
import { insertInWire } from '../canvas/addNode.ts';
import { nodesById, wireProblem, wiresByInput } from '../canvas/indexes.ts';
import { showNode } from '../canvas/show.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { ProblemNote } from '../problems/ProblemNote.tsx';
import { edit } from '../state/edits.ts';
import { state, useStudio } from '../state/state.ts';
import { AxisCompare } from './AxisCompare.tsx';
import { Facts, Section } from './Section.tsx';

/** A wire: what goes over it, from where to where, and what mends it when it does not fit. */
export function WireView({ to }: { readonly to: string }) {
  const wire = useStudio((s) => wiresByInput(s.document.wires).get(to));
  if (wire === undefined) return null;
  return <KnownWire wire={wire} />;
}

function KnownWire({ wire }: { readonly wire: DocumentWire }) {
  const type = useStudio((s) => s.report?.types[wire.from]);
  const text = useStudio((s) => s.report?.typeTexts[wire.from]);
  const problem = useStudio((s) => wireProblem(s.report, wire.to));
  const passed = useStudio((s) =>
    (s.runs.find((run) => run.run === s.shownRun) ?? s.runs[0])?.ports.find((p) => p.end === wire.from),
  );
  const { fit, failure } = useFit(wire, problem !== undefined);
  return (
    <>
      <header className="inspected">
        <h2>Wire</h2>
        <p className="ends">
          <EndButton end={wire.from} />
          <span>
            <ArrowRight size={12} aria-hidden="true" />
            <EndButton end={wire.to} />
          </span>
        </p>
      </header>
      <Section title="Carries">
        <Facts
          facts={[
            [
              'Type',
              text === undefined ? (
                'not known yet'
              ) : (
                <span key="type" className="with-glyph">
                  {type !== undefined && <Glyph kind={type.kind} named />}
                  <code className="wrap">{text}</code>
                </span>
              ),
            ],
            ...(type === undefined
              ? []
              : [
                  [
                    'Time',
                    type.sequence.count === 'one'
                      ? 'one item'
                      : `a sequence${type.sequence.rateHz === undefined ? '' : ` at ${type.sequence.rateHz}/s`}`,
                  ] as const,
                ]),
            ...(passed === undefined ? [] : [['Last run', `${passed.passed} passed`] as const]),
          ]}
        />
      </Section>
      {problem !== undefined && (
        <Section title="Does not fit">
          {fit !== null && fit.expected !== null && fit.got !== null && (
            <AxisCompare expected={fit.expected} got={fit.got} />
          )}
          {fit === null ? <ProblemNote problem={problem} /> : <p>{fit.reason}</p>}
          {failure !== null && <p className="quiet">{failure}</p>}
          {fit !== null && (
            <div className="choices">
              {fit.mends.map((mend, i) => (
                <button
                  key={`${mend.type} ${JSON.stringify(mend.params)}`}
                  type="button"
                  className={i === 0 ? 'button primary' : 'button'}
                  onClick={() => insertInWire(wire, mend)}
                >
                  <Plus size={12} aria-hidden="true" />
                  Insert {mend.title}
                </button>
              ))}
              {fit.mends.length === 0 && <p className="quiet">{problem.fix}</p>}
            </div>
          )}
        </Section>
      )}
      <Section title="Edit">
        <div className="actions">
          <button
            type="button"
            className="button small"
            onClick={() => edit('remove a wire', disconnected(state().document, [wire.to]))}
          >
            <Trash2 size={12} aria-hidden="true" />
            Remove the wire
          </button>
        </div>
      </Section>
    </>
  );
}

export function EndButton({ end }: { readonly end: string }) {
  const { node, port } = endOf(end);
  const title = useStudio((s) => {
    const known = nodesById(s.document.nodes).get(node);
    return known === undefined ? node : (known.label ?? s.specs.get(known.type)?.title ?? node);
  });
  return (
    <button type="button" className="link" onClick={() => showNode(node)}>
      {title} <span className="quiet">{port}</span>
    </button>
  );
}

function useFit(wire: DocumentWire, wanted: boolean): { readonly fit: Fit | null; readonly failure: string | null } {
  const report = useStudio((s) => s.report);
  const [answer, setAnswer] = useState<{ readonly fit: Fit | null; readonly failure: string | null }>({
    fit: null,
    failure: null,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each check the answer may be another.
  useEffect(() => {
    const { session, document, api } = state();
    if (!wanted || session === null) {
      setAnswer({ fit: null, failure: null });
      return;
    }
    let there = true;
    api
      .call('fit', { session: session.id, document, from: wire.from, to: wire.to })
      .then((fit) => there && setAnswer({ fit: fit.fits ? null : fit, failure: null }))
      .catch((error: unknown) => there && setAnswer({ fit: null, failure: toProblemData(error, 'internal').message }));
    return () => {
      there = false;
    };
  }, [wire.from, wire.to, wanted, report]);
  return answer;
}
