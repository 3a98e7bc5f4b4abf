import { useMemo, useState } from 'react';
import { addNodeAtCentre } from '../canvas/addNode.ts';
import { showNode } from '../canvas/show.ts';
import { commands } from '../commands/commands.ts';
import { remember, settingOf } from '../state/settings.ts';
import { state } from '../state/state.ts';
import { runCommand } from './commandMenu.ts';
import { Keys } from './Keys.tsx';
import { Modal } from './Modal.tsx';
import { Marked, PickList } from './PickList.tsx';
import { paletteEntries, searchEntries } from './paletteEntries.ts';

const mostRecent = 6;

/** Everything that can be done, found by typing. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const [query, setQuery] = useState('');
  const entries = useMemo(() => paletteEntries(commands, state()), []);
  const recent = recentIds();
  const found = searchEntries(entries, query, recent);
  const used = query.trim() === '' ? found.filter(({ entry }) => recent.includes(entry.id)).length : 0;

  function pick(id: string): void {
    const entry = entries.find((e) => e.id === id);
    if (entry === undefined) return;
    onClose();
    remember('recentCommands', [id, ...recent.filter((r) => r !== id)].slice(0, mostRecent));
    // After the dialog is gone and the focus is back, so that a command may open the next or move the focus itself.
    window.setTimeout(() => {
      if ('command' in entry.does) runCommand(entry.does.command);
      else if ('add' in entry.does) addNodeAtCentre(entry.does.add);
      else showNode(entry.does.goTo);
    });
  }

  return (
    <Modal title="Commands" className="picker" bare onClose={onClose}>
      <PickList
        label="Commands and nodes"
        placeholder="Type a command, or a node to add or go to"
        query={query}
        onQuery={setQuery}
        onPick={pick}
        none="Nothing is called that. Try another word, such as the family of a node."
        picks={found.map(({ entry, marks }, i) => ({
          id: entry.id,
          off: entry.whyNot !== undefined,
          row: (
            <>
              <span className="pick-group">{entry.group}</span>
              <span className="pick-title">
                <Marked text={entry.title} marks={marks} />
                {entry.whyNot !== undefined && <small>{entry.whyNot}</small>}
              </span>
              {i < used && <span className="pick-note">recent</span>}
              <Keys keys={entry.keys} />
            </>
          ),
        }))}
      />
    </Modal>
  );
}

function recentIds(): readonly string[] {
  const kept = settingOf('recentCommands');
  return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : [];
}
