import { Printer } from 'lucide-react';
import { useState } from 'react';
import { commandGroups, titleOf } from '../commands/command.ts';
import { commands } from '../commands/commands.ts';
import { state } from '../state/state.ts';
import { fuzzy } from './fuzzy.ts';
import { Keys } from './Keys.tsx';
import { Modal } from './Modal.tsx';

/** What the pointer does where no command stands for it. */
const gestures: readonly { readonly what: string; readonly how: string }[] = [
  { what: 'Move over the canvas', how: 'Scroll, or drag with Space or the middle button' },
  { what: 'Zoom', how: 'Ctrl + scroll, or pinch' },
  { what: 'Select several', how: 'Drag a frame, or Shift + click' },
  { what: 'Add a node', how: 'Double-click the canvas, or drop it from the palette' },
  { what: 'Connect', how: 'Drag from port to port; into emptiness lists what fits' },
];

/** Every key, by group; can be printed. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const [query, setQuery] = useState('');
  const now = state();
  const groups = commandGroups.map((group) => ({
    group,
    rows: commands
      .filter((command) => command.group === group && command.keys !== undefined && command.keys.length > 0)
      .map((command) => ({ id: command.id, title: titleOf(command, now), keys: command.keys }))
      .filter(({ title }) => query.trim() === '' || fuzzy(query, title) !== null),
  }));
  return (
    <Modal title="Keyboard map" className="keymap" onClose={onClose}>
      <div className="keymap-tools">
        <label className="field">
          <span className="spoken">Search keys</span>
          <input
            data-first
            type="search"
            placeholder="Search"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </label>
        <button type="button" className="button" onClick={() => window.print()}>
          <Printer size={14} aria-hidden="true" />
          Print
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard. */}
      <section className="keymap-body" tabIndex={0} aria-label="Keys">
        {groups.map(({ group, rows }) =>
          rows.length === 0 ? null : (
            <section key={group}>
              <h3>{group}</h3>
              <dl>
                {rows.map(({ id, title, keys }) => (
                  <div key={id}>
                    <dt>{title}</dt>
                    <dd>
                      <Keys keys={keys} all />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ),
        )}
        {query.trim() === '' ? (
          <section>
            <h3>Pointer</h3>
            <dl>
              {gestures.map(({ what, how }) => (
                <div key={what}>
                  <dt>{what}</dt>
                  <dd className="how">{how}</dd>
                </div>
              ))}
            </dl>
          </section>
        ) : (
          groups.every(({ rows }) => rows.length === 0) && <p className="pick-none">No command is called that.</p>
        )}
      </section>
    </Modal>
  );
}
