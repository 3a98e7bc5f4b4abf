import { useMemo } from 'react';
import { replacedNodes } from '../../core/graph/changes.ts';
import type { DocumentNode } from '../../core/graph/document.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import { nodeProblems, nodesById } from '../canvas/indexes.ts';
import { ProblemNote } from '../problems/ProblemNote.tsx';
import { ShrinkSection } from '../shrink/ShrinkSection.tsx';
import { editWith } from '../state/edits.ts';
import { useStudio } from '../state/state.ts';
import { FileSections } from './FileSection.tsx';
import { LastRun } from './LastRun.tsx';
import { LineField } from './LineField.tsx';
import { Markdown } from './Markdown.tsx';
import { ParamForm } from './ParamForm.tsx';
import { PublicNameSection } from './PublicNameSection.tsx';
import { Fold, Section } from './Section.tsx';
import { Signature } from './Signature.tsx';

/** Parameters that say where and how a model runs: they stand first, under Device. */
const deviceParams = ['device', 'precision', 'threads', 'lane', 'optimisation'];

/** One node: what it is, its parameters, its ports, its files, how it ran. */
export function NodeView({ id }: { readonly id: string }) {
  const node = useStudio((s) => nodesById(s.document.nodes).get(id));
  if (node === undefined) return null;
  return <KnownNode node={node} />;
}

function KnownNode({ node }: { readonly node: DocumentNode }) {
  const { id } = node;
  const spec = useStudio((s) => s.specs.get(node.type));
  const problems = useStudio((s) => nodeProblems(s.report, id));
  const [byParam, own] = useMemo(() => splitProblems(problems), [problems]);
  const params = useMemo(() => Object.entries(spec?.params ?? {}), [spec]);
  const hasDevice = spec?.params['device']?.form === 'choice';
  const ofDevice = hasDevice ? params.filter(([name]) => deviceParams.includes(name)) : [];
  const rest = hasDevice ? params.filter(([name]) => !deviceParams.includes(name)) : params;
  return (
    <>
      <header className="inspected">
        <h2 className="spoken">{node.label ?? spec?.title ?? node.type}</h2>
        <LineField
          bare
          className="heading-field"
          name={`label/${id}`}
          label="Name of this node"
          value={node.label ?? ''}
          placeholder={spec?.title ?? node.type}
          commit={(label) => rename(id, label)}
        />
        <p className="mono quiet">
          {node.type}@{node.version} · {id}
        </p>
        {node.disabled === true && <p className="told">Disabled: it takes no part in a run.</p>}
        {spec === undefined ? (
          <p>This node type is not known here. It is kept as it is, with its parameters.</p>
        ) : (
          <p className="summary">{spec.summary}</p>
        )}
        {spec !== undefined && spec.details !== '' && (
          <Fold title="More about it" name="details" closed>
            <Markdown text={spec.details} />
          </Fold>
        )}
      </header>
      {own.length > 0 && (
        <Section title="Problems">
          {own.map((problem) => (
            <ProblemNote key={problem.code + problem.message} problem={problem} />
          ))}
        </Section>
      )}
      {spec !== undefined && (spec.external !== null || spec.publishes) && (
        <PublicNameSection id={id} side={spec.publishes ? 'outputs' : 'inputs'} />
      )}
      <ParamForm title="Device" node={node} params={ofDevice} problems={byParam} device />
      <ParamForm title="Parameters" node={node} params={rest} problems={byParam} />
      <Signature node={node} />
      <FileSections node={node} />
      <ShrinkSection node={node} />
      <LastRun id={id} />
    </>
  );
}

/** Problems of parameters stand under their fields, all others under the node's head. */
export function splitProblems(
  problems: readonly ProblemData[],
): readonly [ReadonlyMap<string, readonly ProblemData[]>, readonly ProblemData[]] {
  const byParam = new Map<string, ProblemData[]>();
  const own: ProblemData[] = [];
  for (const problem of problems) {
    const { param } = problem.where;
    if (param === undefined || problem.code === 'param-unknown') own.push(problem);
    else byParam.set(param, [...(byParam.get(param) ?? []), problem]);
  }
  return [byParam, own];
}

function rename(id: string, text: string): void {
  const label = text.trim();
  editWith(
    'rename',
    (document) =>
      replacedNodes(document, (node) => {
        if (node.id !== id || (node.label ?? '') === label) return node;
        const { label: _, ...rest } = node;
        return label === '' ? rest : { ...rest, label };
      }),
    `label ${id}`,
  );
}
