import { Check, FolderOpen, TriangleAlert } from 'lucide-react';
import type { TextChange } from '../../core/graph/edit.ts';
import { showNode } from '../canvas/show.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { FixButtons } from '../problems/FixButtons.tsx';
import { countText } from '../shell/words.ts';
import { editWith } from '../state/edits.ts';
import { state, useStudio } from '../state/state.ts';
import { LineField } from './LineField.tsx';
import { PublicNameFields } from './PublicNameSection.tsx';
import { publicEntries, type Side } from './publicNames.ts';
import { Facts, Fold, Section } from './Section.tsx';
import { shortHash } from './units.ts';

/** Nothing is selected: the pipeline itself. */
export function PipelineView() {
  const name = useStudio((s) => s.document.name);
  const description = useStudio((s) => s.document.description ?? '');
  const nodes = useStudio((s) => s.document.nodes.length);
  const wires = useStudio((s) => s.document.wires.length);
  const models = useStudio((s) => s.document.nodes.filter((node) => node.type === 'model.onnx').length);
  const path = useStudio((s) => s.session?.path ?? null);
  const folder = useStudio((s) => s.session?.folder ?? '');
  const readOnly = useStudio((s) => s.session?.readOnly ?? true);
  const alsoOpen = useStudio((s) => s.session?.alsoOpen ?? null);
  return (
    <fieldset className="plain" disabled={readOnly}>
      <header className="inspected">
        <h2 className="spoken">{name}</h2>
        <LineField
          bare
          className="heading-field"
          name="pipeline/name"
          label="Name of the pipeline"
          value={name}
          read={(text) => (text.trim() === '' ? { fault: 'Expected a name.' } : { value: text })}
          commit={(next) => setText('name', next)}
        />
        <LineField
          bare
          rows={3}
          name="pipeline/description"
          label="Description"
          placeholder="What it does, for those who open it"
          value={description}
          commit={(next) => setText('description', next)}
        />
        {readOnly && <p className="told">Open for reading only.</p>}
        {alsoOpen !== null && <p className="told">Also open elsewhere: {alsoOpen}</p>}
      </header>
      <Section title="Pipeline">
        <Facts
          facts={[
            [
              'Holds',
              [
                countText(nodes, 'node'),
                countText(wires, 'wire'),
                ...(models > 0 ? [countText(models, 'model')] : []),
              ].join(', '),
            ],
            [
              'File',
              <span key="file" className="wrap mono">
                {path === null ? 'not saved yet' : nameOf(path)}
              </span>,
            ],
            [
              'Folder',
              <span key="folder" className="wrap mono" title={folder}>
                {folder}
              </span>,
            ],
          ]}
        />
      </Section>
      <PublicSection side="inputs" title="Public inputs" none="No input node yet: nothing comes from outside." />
      <PublicSection side="outputs" title="Public outputs" none="No output node yet: a run gives nothing." />
      <FilesSection />
    </fieldset>
  );
}

function setText(field: TextChange['in'], text: string): void {
  editWith(
    `change the ${field}`,
    (document): readonly TextChange[] => {
      const before = document[field] ?? null;
      const after = field === 'description' && text === '' ? null : text;
      if (before === after) return [];
      return field === 'name' ? [{ in: 'name', before, after }] : [{ in: 'description', before, after }];
    },
    field,
  );
}

function PublicSection({ side, title, none }: { readonly side: Side; readonly title: string; readonly none: string }) {
  const declared = useStudio((s) => s.document[side]);
  const named = useStudio((s) => s.report?.[side]);
  const specs = useStudio((s) => s.specs);
  const nodes = useStudio((s) => s.document.nodes);
  const entries = publicEntries({ ...state().document, [side]: declared }, side, named);
  return (
    <Section title={title} aside={entries.length > 0 ? entries.length : undefined}>
      {entries.length === 0 && <p className="quiet">{none}</p>}
      <ul className="public">
        {entries.map(({ name, node, doc }) => {
          const known = nodes.find(({ id }) => id === node);
          const spec = known === undefined ? undefined : specs.get(known.type);
          const kind = (side === 'inputs' ? spec?.outputs : spec?.inputs)?.[0]?.kinds[0];
          return (
            <li key={node}>
              <Fold
                name={`public ${side} ${name}`}
                closed
                title={
                  <>
                    {kind !== undefined && <Glyph kind={kind} named />}
                    <span className="public-name">{name}</span>
                    {doc !== '' && <span className="quiet cut">{doc}</span>}
                  </>
                }
              >
                <PublicNameFields side={side} node={node} name={name} doc={doc} />
                <button type="button" className="link" disabled={known === undefined} onClick={() => showNode(node)}>
                  {known === undefined ? `node ${node} is not there` : `go to ${known.label ?? spec?.title ?? node}`}
                </button>
              </Fold>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function FilesSection() {
  const files = useStudio((s) => s.document.files);
  const problems = useStudio((s) => s.report?.problems);
  if (files.length === 0)
    return (
      <Section title="Files">
        <p className="quiet">
          <FolderOpen size={12} aria-hidden="true" /> Models, tokenizers and labels are recorded here with their hash
          when the pipeline is saved.
        </p>
      </Section>
    );
  return (
    <Section title="Files" aside={countText(files.length, 'file')}>
      <ul className="files">
        {files.map(({ path, sha256, licence }) => {
          const problem = problems?.find(({ where }) => where.file === path);
          return (
            <li key={path}>
              <p className="mono wrap">{path}</p>
              <p className="quiet">
                {problem === undefined ? (
                  <span className="okay">
                    <Check size={12} aria-hidden="true" />
                    {problems === undefined ? 'being checked' : 'verified'}
                  </span>
                ) : (
                  <span className={problem.severity === 'error' ? 'failed' : 'warned'}>
                    <TriangleAlert size={12} aria-hidden="true" />
                    {problem.code === 'model-changed' ? 'not the recorded file' : 'not there or not usable'}
                  </span>
                )}
                <span className="mono" title={sha256}>
                  {shortHash(sha256)}
                </span>
                {licence !== undefined && <span>{licence}</span>}
              </p>
              {problem !== undefined && <FixButtons problem={problem} />}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
