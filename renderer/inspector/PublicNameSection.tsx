import { publicNamed } from '../../core/graph/changes.ts';
import { editWith } from '../state/edits.ts';
import { state, useStudio } from '../state/state.ts';
import { LineField } from './LineField.tsx';
import { publicDoc, publicEntries, readPublicName, type Side } from './publicNames.ts';
import { Section } from './Section.tsx';

/** The name by which the world outside knows an input or output node, and what it means. */
export function PublicNameSection({ id, side }: { readonly id: string; readonly side: Side }) {
  const declared = useStudio((s) => s.document[side]);
  const named = useStudio((s) => s.report?.[side]);
  const entry = publicEntries({ ...state().document, [side]: declared }, side, named).find(({ node }) => node === id);
  const what = side === 'inputs' ? 'input' : 'output';
  return (
    <Section title={`Public ${what}`}>
      <PublicNameFields side={side} node={id} name={entry?.name ?? id} doc={entry?.doc ?? ''} />
    </Section>
  );
}

/** Name and meaning, as two fields. */
export function PublicNameFields({
  side,
  node,
  name,
  doc,
}: {
  readonly side: Side;
  readonly node: string;
  readonly name: string;
  readonly doc: string;
}) {
  return (
    <>
      <LineField
        name={`public/${side}/${node}`}
        label="Name"
        value={name}
        read={(text) => readPublicName(state().document, side, node, text)}
        commit={(next) =>
          editWith(
            'rename a public name',
            (document) => publicNamed(document, side, node, next),
            `public ${side} ${node}`,
          )
        }
      />
      <LineField
        name={`public-doc/${side}/${node}`}
        label="Meaning"
        value={doc}
        placeholder="what it is, for those who call it"
        commit={(next) =>
          editWith(
            'describe a public name',
            (document) => publicDoc(document, side, node, name, next),
            `public doc ${side} ${node}`,
          )
        }
      />
    </>
  );
}
