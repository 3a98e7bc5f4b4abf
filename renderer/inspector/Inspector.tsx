import { type Selection, useStudio } from '../state/state.ts';
import { GroupView, NoteView } from './GroupView.tsx';
import { ManyView } from './ManyView.tsx';
import { NodeView } from './NodeView.tsx';
import { PipelineView } from './PipelineView.tsx';
import { WireInHand } from './WireInHand.tsx';
import { WireView } from './WireView.tsx';

/** What is known of the selection, and its parameters as a form. */
export function Inspector() {
  const selection = useStudio((s) => s.selection);
  const wire = useStudio((s) => s.wireInHand);
  return (
    <aside className="panel right inspector" aria-label="Inspector">
      <div className="inspector-scroll">
        {wire === null ? <Selected selection={selection} /> : <WireInHand wire={wire} />}
      </div>
    </aside>
  );
}

function Selected({ selection }: { readonly selection: Selection }) {
  const { ids, wires } = selection;
  const what = useStudio((s) => (ids.length === 1 && wires.length === 0 ? whatIs(s.document, ids[0]) : null));
  if (ids.length === 0 && wires.length === 0) return <PipelineView />;
  if (ids.length === 0 && wires.length === 1) return <WireView key={wires[0]} to={wires[0]} />;
  if (what === 'node') return <NodeView key={ids[0]} id={ids[0]} />;
  if (what === 'group') return <GroupView key={ids[0]} id={ids[0]} />;
  if (what === 'note') return <NoteView key={ids[0]} id={ids[0]} />;
  return <ManyView key={ids.join(' ')} ids={ids} wires={wires} />;
}

function whatIs(
  document: {
    readonly groups: readonly { readonly id: string }[];
    readonly notes: readonly { readonly id: string }[];
  },
  id: string,
): 'node' | 'group' | 'note' {
  if (document.groups.some((group) => group.id === id)) return 'group';
  return document.notes.some((note) => note.id === id) ? 'note' : 'node';
}
