import { Check, CircleX, Gauge, LoaderCircle, Package } from 'lucide-react';
import { useEffect } from 'react';
import type { CompiledForm, FormEnd, FormPart } from '../../core/define/compiledForm.ts';
import { showNode } from '../canvas/show.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { ProblemNote } from '../problems/ProblemNote.tsx';
import { useProfile } from '../profile/profileState.ts';
import { JobFailed, JobProgress } from '../profile/side/JobState.tsx';
import { runCommand } from '../shell/commandMenu.ts';
import { bytesText, countText } from '../shell/words.ts';
import { useStudio } from '../state/state.ts';
import { PartNumber } from './CompiledHulls.tsx';
import { type FormKind, outsideWords, setCompiled, useCompiled } from './compiledState.ts';
import { chooseForm, showCompiled } from './compiling.ts';
import { FusedView } from './FusedView.tsx';
import { startFusedCompare } from './fusedCompare.ts';
import { useOwnTitles } from './ownTitles.ts';

/** The parts as a list, and every node that stays outside with its reason. */
export function CompiledPanel() {
  const session = useStudio((s) => s.session?.id);
  const mine = useCompiled((s) => s.shown && s.session === session);
  const form = useCompiled((s) => s.form);
  const problem = useCompiled((s) => s.problem);
  const asking = useCompiled((s) => s.asking);
  // The tab alone is reason enough to show them.
  useEffect(() => {
    if (!mine) showCompiled(true);
  }, [mine]);
  return (
    <div className="compiled-panel">
      <Head form={mine ? form : null} asking={asking} />
      <Faster />
      {problem !== null ? (
        <div className="compiled-problem">
          <p className="quiet">
            <CircleX size={14} aria-hidden="true" />
            It cannot be compiled as it is.
          </p>
          <ProblemNote problem={problem} />
        </div>
      ) : form === null || !mine ? (
        <p className="compiled-none" role="status">
          <LoaderCircle size={14} className="turning" aria-hidden="true" />
          Compiling in memory, to see what goes where…
        </p>
      ) : (
        <div className="compiled-lists">
          <Parts form={form} />
          <Outside form={form} />
        </div>
      )}
    </div>
  );
}

/** How comparing goes, or what came of it. */
function Faster() {
  const session = useStudio((s) => s.session?.id);
  const compared = useCompiled((s) => (s.session === session ? s.compared : null));
  const atWork = useProfile((s) => s.job?.kind === 'fused');
  const failed = useProfile((s) => s.failures.fused !== undefined);
  if (atWork || failed)
    return (
      <div className="job-place">
        <JobProgress kind="fused" />
        <JobFailed kind="fused" again={() => void startFusedCompare()} />
      </div>
    );
  return compared === null ? null : <FusedView {...compared} />;
}

const forms: readonly { readonly kind: FormKind; readonly title: string; readonly about: string }[] = [
  { kind: 'files', title: 'As files', about: 'As Compile writes them, for any program that runs ONNX' },
  { kind: 'fused', title: 'As run here', about: 'Decoding keeps what it does cheaper; branches run at once' },
];

function Head({ form, asking }: { readonly form: CompiledForm | null; readonly asking: boolean }) {
  const kind = useCompiled((s) => s.kind);
  const fused = useStudio((s) => s.fused);
  const inside = form?.parts.reduce((sum, part) => sum + part.nodes.length, 0) ?? 0;
  return (
    <div className="compiled-head">
      <p aria-live="polite">
        {form !== null && (
          <>
            <b>{form.parts.length === 0 ? 'Nothing can be compiled' : countText(form.parts.length, 'file')}</b>
            {form.parts.length > 0 && (
              <span className="quiet">
                {countText(inside, 'node')} in {form.parts.length === 1 ? 'it' : 'them'},{' '}
                {form.outside.length === 0 ? 'none outside' : `${form.outside.length} outside`}
              </span>
            )}
          </>
        )}
        {asking && form !== null && <LoaderCircle size={12} className="turning" aria-label="Compiling anew" />}
      </p>
      <fieldset className="form-kinds">
        <legend className="spoken">Which form</legend>
        {forms.map((one) => (
          <label key={one.kind} title={one.about}>
            <input
              type="radio"
              name="compiled-form"
              className="spoken"
              checked={kind === one.kind}
              onChange={() => chooseForm(one.kind)}
            />
            <span>{one.title}</span>
          </label>
        ))}
      </fieldset>
      <label className="check-row">
        <input type="checkbox" checked={fused} onChange={() => runCommand('run.fused')} />
        Run fused
      </label>
      <span className="compiled-acts">
        <button type="button" className="button small" onClick={() => runCommand('run.fusedCompare')}>
          <Gauge size={12} aria-hidden="true" />
          Is it faster?
        </button>
        <button
          type="button"
          className="button small"
          disabled={form?.parts.length === 0}
          onClick={() => runCommand('file.compile')}
        >
          <Package size={12} aria-hidden="true" />
          Compile…
        </button>
      </span>
    </div>
  );
}

function Parts({ form: { parts } }: { readonly form: CompiledForm }) {
  if (parts.length === 0) return null;
  return (
    <table className="compiled-table">
      <caption className="spoken">Compiled parts</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="spoken">Part</span>
          </th>
          <th scope="col">Nodes</th>
          <th scope="col">Takes</th>
          <th scope="col">Gives</th>
          <th scope="col" className="number">
            Size
          </th>
          <th scope="col">Items</th>
        </tr>
      </thead>
      <tbody>
        {parts.map((part, at) => (
          <PartRow key={part.id} part={part} at={at} />
        ))}
      </tbody>
    </table>
  );
}

function PartRow({ part, at }: { readonly part: FormPart; readonly at: number }) {
  const titleOf = useOwnTitles();
  const hot = useCompiled((s) => s.hot === at);
  return (
    <tr
      className={hot ? 'hot' : undefined}
      onPointerEnter={() => setCompiled({ hot: at })}
      onPointerLeave={() => setCompiled({ hot: null })}
      onFocus={() => setCompiled({ hot: at })}
      onBlur={() => setCompiled({ hot: null })}
    >
      <th scope="row">
        <PartNumber at={at} />
      </th>
      <td className="part-nodes">
        {part.nodes.map((node) => (
          <button key={node} type="button" title={`Go to ${node}`} onClick={() => showNode(node)}>
            {titleOf(node)}
          </button>
        ))}
        {part.leftOut.length > 0 && <small className="quiet">Left out: {part.leftOut.join('; ')}</small>}
      </td>
      <td>
        <Ends ends={part.inputs} />
      </td>
      <td>
        <Ends ends={part.outputs} />
      </td>
      <td className="number">{bytesText(part.bytes)}</td>
      <td>
        {part.batch ? (
          <span className="okay">
            <Check size={12} aria-hidden="true" />
            several at once
          </span>
        ) : (
          <>
            one at a time
            <small className="quiet">{part.oneItemBecause.join('; ')}</small>
          </>
        )}
      </td>
    </tr>
  );
}

function Ends({ ends }: { readonly ends: readonly FormEnd[] }) {
  return (
    <ul className="part-ends">
      {ends.map(({ name, end, kind, maybe }) => (
        <li key={name} title={end}>
          <Glyph kind={kind} named />
          <span className="mono">{name}</span>
          {maybe && <small className="quiet">may be missing</small>}
        </li>
      ))}
    </ul>
  );
}

function Outside({ form: { outside } }: { readonly form: CompiledForm }) {
  const titleOf = useOwnTitles();
  return (
    <section className="compiled-outside" aria-label="Outside">
      <h3>
        Outside <span className="quiet">{outside.length}</span>
      </h3>
      {outside.length === 0 ? (
        <p className="quiet">Every node is in a file.</p>
      ) : (
        <ul>
          {outside.map((one) => (
            <li key={one.node}>
              <button type="button" onClick={() => showNode(one.node)}>
                {titleOf(one.node)}
              </button>
              <span>{outsideWords(one)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
