import { Check, Copy, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { added } from '../../core/graph/changes.ts';
import type { DocumentFile, DocumentNode } from '../../core/graph/document.ts';
import { type ProblemData, toProblemData } from '../../core/problems/problem.ts';
import type { ModelInfo } from '../../core/studio/api.ts';
import { bytesText } from '../preview/numbers.ts';
import { editWith } from '../state/edits.ts';
import { state, useStudio } from '../state/state.ts';
import { LineField } from './LineField.tsx';
import { Facts, Fold, Section } from './Section.tsx';
import { shortHash, weightsText } from './units.ts';

/** The files that a node stands on: each with its hash, its licence and, for a model, what it is made of. */
export function FileSections({ node }: { readonly node: DocumentNode }) {
  const spec = useStudio((s) => s.specs.get(node.type));
  const files = Object.entries(spec?.params ?? {}).flatMap(([name, param]) => {
    const path = node.params[name] ?? param.default;
    return param.form === 'file' && param.role !== 'media' && typeof path === 'string' && path !== ''
      ? [{ name, path, model: param.role === 'onnx' }]
      : [];
  });
  return files.map(({ name, path, model }) => (
    <FileSection
      key={`${name} ${path}`}
      path={path}
      model={model}
      title={files.length > 1 ? `File: ${name}` : 'File'}
    />
  ));
}

function FileSection({
  path,
  model,
  title,
}: {
  readonly path: string;
  readonly model: boolean;
  readonly title: string;
}) {
  const record = useStudio((s) => s.document.files.find((file) => file.path === path));
  const problem = useStudio((s) => s.report?.problems.find(({ where }) => where.file === path));
  const checked = useStudio((s) => s.report !== null);
  const info = useModelInfo(path, model);
  const sha256 = record?.sha256 ?? info.model?.sha256;
  return (
    <Section title={title} aside={<HashState record={record} problem={problem} checked={checked} />}>
      <Facts
        facts={[
          [
            'Path',
            <span key="path" className="mono wrap">
              {path}
            </span>,
          ],
          ...(info.model === null
            ? []
            : [
                [
                  'Size',
                  `${bytesText(info.model.bytes)}${info.model.weights > 0 ? `, ${weightsText(info.model.weights)} weights` : ''}`,
                ] as const,
                ['Made by', info.model.producer || 'not said'] as const,
              ]),
          ...(sha256 === undefined ? [] : [['sha256', <Hash key="hash" sha256={sha256} />] as const]),
        ]}
      />
      {info.problem !== null && problem === undefined && <p className="quiet">{info.problem.message}</p>}
      <LineField
        name={`licence/${path}`}
        label="Licence"
        value={record?.licence ?? ''}
        placeholder="not said"
        commit={(licence) => describeFile(path, sha256, { licence })}
      />
      <LineField
        name={`source/${path}`}
        label="Source"
        value={record?.source ?? ''}
        placeholder="where it comes from"
        commit={(source) => describeFile(path, sha256, { source })}
      />
      {info.model !== null && <Model model={info.model} />}
    </Section>
  );
}

function Model({ model }: { readonly model: ModelInfo }) {
  const total = model.operators.reduce((sum, { count }) => sum + count, 0);
  return (
    <Fold
      name="operators"
      closed
      title={
        <>
          Operators
          <span className="count">
            {total}, {model.opset.replace(/^ai\.onnx /, 'opset ')}
          </span>
        </>
      }
    >
      <table className="operators">
        <tbody>
          {model.operators.map(({ name, count }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="bar" aria-hidden="true">
                <i style={{ width: `${(100 * count) / (model.operators[0]?.count ?? 1)}%` }} />
              </td>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Fold>
  );
}

function HashState({
  record,
  problem,
  checked,
}: {
  readonly record: DocumentFile | undefined;
  readonly problem: ProblemData | undefined;
  readonly checked: boolean;
}) {
  if (problem?.code === 'model-changed')
    return (
      <span className="warned">
        <TriangleAlert size={12} aria-hidden="true" />
        not the recorded file
      </span>
    );
  if (problem !== undefined)
    return (
      <span className="failed">
        <TriangleAlert size={12} aria-hidden="true" />
        {problem.code === 'model-missing' || problem.code === 'file-missing' ? 'not there' : 'cannot be used'}
      </span>
    );
  if (record === undefined) return <span>hash recorded on saving</span>;
  if (!checked) return null;
  return (
    <span className="okay">
      <Check size={12} aria-hidden="true" />
      hash verified
    </span>
  );
}

function Hash({ sha256 }: { readonly sha256: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <span className="hash">
      <span className="mono" title={sha256}>
        {shortHash(sha256)}
      </span>
      <button
        type="button"
        className="icon-button tiny"
        aria-label={copied ? 'Copied' : 'Copy the sha256'}
        title={copied ? 'Copied' : 'Copy the sha256'}
        onClick={() => void navigator.clipboard.writeText(sha256).then(() => setCopied(true))}
      >
        {copied ? <Check size={12} aria-hidden="true" /> : <Copy size={12} aria-hidden="true" />}
      </button>
    </span>
  );
}

/** Licence and source stand in the document, with the file's hash; a file that is not recorded yet is recorded now. */
function describeFile(
  path: string,
  sha256: string | undefined,
  part: { readonly licence?: string; readonly source?: string },
): void {
  editWith(
    `describe ${path.split('/').at(-1) ?? path}`,
    (document) => {
      const index = document.files.findIndex((file) => file.path === path);
      const before = document.files[index];
      if (before === undefined && sha256 === undefined) return [];
      const joined: DocumentFile = { ...(before ?? { path, sha256: sha256 ?? '' }), ...part };
      const { licence = '', source = '', ...bare } = joined;
      const after = { ...bare, ...(licence === '' ? {} : { licence }), ...(source === '' ? {} : { source }) };
      return before === undefined ? added(document, 'files', after) : [{ in: 'files', index, before, after }];
    },
    `file ${path} ${Object.keys(part).join()}`,
  );
}

/** What a model file is made of; asked when its path changes or the back end sees other bytes. */
function useModelInfo(
  path: string,
  wanted: boolean,
): { readonly model: ModelInfo | null; readonly problem: ProblemData | null } {
  const session = useStudio((s) => s.session?.id);
  const changed = useStudio((s) =>
    s.report?.problems.some(({ code, where }) => code.startsWith('model-') && where.file === path),
  );
  const [info, setInfo] = useState<{ readonly model: ModelInfo | null; readonly problem: ProblemData | null }>(nothing);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the file's problems come or go it is another file.
  useEffect(() => {
    if (!wanted || session === undefined) return;
    let there = true;
    state()
      .api.call('inspectModel', { session, path })
      .then((model) => there && setInfo({ model, problem: null }))
      .catch((error: unknown) => there && setInfo({ model: null, problem: toProblemData(error, 'internal') }));
    return () => {
      there = false;
    };
  }, [session, path, wanted, changed]);
  return info;
}
const nothing = { model: null, problem: null } as const;
