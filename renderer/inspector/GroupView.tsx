import { groupChanged, noteChanged, ungrouped } from '../../core/graph/changes.ts';
import { foldGroup } from '../canvas/GroupCards.tsx';
import { select } from '../canvas/selecting.ts';
import { countText } from '../shell/words.ts';
import { edit, editWith } from '../state/edits.ts';
import { state, useStudio } from '../state/state.ts';
import { groupPorts } from './groupPorts.ts';
import { LineField } from './LineField.tsx';
import { Section } from './Section.tsx';
import { EndButton } from './WireView.tsx';

/** A group: its title, its ports, whether it is collapsed. */
export function GroupView({ id }: { readonly id: string }) {
  const group = useStudio((s) => s.document.groups.find((g) => g.id === id));
  const wires = useStudio((s) => s.document.wires);
  if (group === undefined) return null;
  const ports = groupPorts({ wires }, group);
  return (
    <>
      <header className="inspected">
        <h2 className="spoken">{group.title}</h2>
        <LineField
          bare
          className="heading-field"
          name={`group/${id}`}
          label="Title of the group"
          value={group.title}
          placeholder="Group"
          commit={(title) =>
            editWith('rename the group', (document) => groupChanged(document, id, { title }), `group ${id}`)
          }
        />
        <p className="quiet">Group of {countText(group.nodes.length, 'node')}</p>
      </header>
      <Section title="Group">
        <div className="fld">
          <div className="fld-label">
            <label htmlFor="group-collapsed">Collapsed</label>
          </div>
          <div className="fld-control">
            <span className="switch">
              <input
                id="group-collapsed"
                type="checkbox"
                checked={group.collapsed === true}
                onChange={(event) => foldGroup(id, event.target.checked)}
              />
              <span aria-hidden="true">{group.collapsed === true ? 'one card' : 'open'}</span>
            </span>
          </div>
        </div>
        <div className="actions">
          <button type="button" className="button small" onClick={() => select(group.nodes)}>
            Select its nodes
          </button>
          <button
            type="button"
            className="button small"
            onClick={() => edit('ungroup', ungrouped(state().document, [id]))}
          >
            Ungroup
          </button>
        </div>
      </Section>
      <EndList title="Goes in" ends={ports.inputs} />
      <EndList title="Comes out" ends={ports.outputs} />
    </>
  );
}

function EndList({ title, ends }: { readonly title: string; readonly ends: readonly string[] }) {
  return (
    <Section title={title} aside={ends.length > 0 ? ends.length : undefined}>
      {ends.length === 0 && <p className="quiet">Nothing.</p>}
      <ul className="ends-list">
        {ends.map((end) => (
          <li key={end}>
            <EndButton end={end} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** A note: its text. */
export function NoteView({ id }: { readonly id: string }) {
  const text = useStudio((s) => s.document.notes.find((note) => note.id === id)?.text);
  if (text === undefined) return null;
  return (
    <>
      <header className="inspected">
        <h2>Note</h2>
      </header>
      <Section title="Text">
        <LineField
          bare
          rows={Math.min(20, Math.max(6, text.split('\n').length + 1))}
          name={`note/${id}`}
          label="Text of the note"
          value={text}
          commit={(next) =>
            editWith('write a note', (document) => noteChanged(document, id, { text: next }), `note ${id}`)
          }
        />
      </Section>
    </>
  );
}
