import { Pencil, Trash2 } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import type { ProfileSummary } from '../../../core/profile/profile.ts';
import { bytesText } from '../../canvas/facts.ts';
import { ask } from '../../state/sessions.ts';
import { useProfile } from '../profileState.ts';
import { compareProfiles, labelProfile, openProfile, removeProfile } from '../profiles.ts';
import { deviceText } from '../stageRows.ts';
import { summaryTitle } from '../summaryWords.ts';
import { msNumber } from '../words.ts';
import { TableHead } from './TableHead.tsx';

/** Profiles that are kept beside the pipeline: open, name, remove, compare two. */
export function ProfilesPanel() {
  const list = useProfile((s) => s.list);
  const current = useProfile((s) => s.current?.id ?? null);
  const hash = useProfile((s) => s.current?.documentHash ?? null);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  if (list === null) return <p className="panel-nothing">Looking for profiles…</p>;
  if (list.length === 0)
    return <p className="panel-nothing">Nothing has been measured yet. Profiles are kept beside the pipeline.</p>;
  const there = ticked.filter((id) => list.some((one) => one.id === id));
  const tick = (id: string, on: boolean): void =>
    setTicked(on ? [...there, id].slice(-2) : there.filter((other) => other !== id));
  // The list is newest first; what came first is what it was before.
  const pair = list.filter((one) => there.includes(one.id)).reverse();
  return (
    <div className="profiles-panel">
      <div className="panel-tools">
        <button
          type="button"
          className="button"
          disabled={pair.length !== 2}
          onClick={() => void compareProfiles(pair[0].id, pair[1].id)}
        >
          Compare the two
        </button>
        <span className="quiet">{pair.length === 2 ? '' : 'Tick two to hold them against each other.'}</span>
      </div>
      <table className="stage-table">
        <caption className="spoken">Profiles of this pipeline, newest first</caption>
        <TableHead
          columns={[
            '(Compare)',
            'Profile',
            'Device',
            '*Runs',
            '*p50',
            '*p95',
            'Measured on',
            '*Bytes',
            '(Name and remove)',
          ]}
        />
        <tbody>
          {list.map((one) => (
            <Row
              key={one.id}
              one={one}
              shown={one.id === current}
              same={one.documentHash === hash}
              ticked={there.includes(one.id)}
              onTick={(on) => tick(one.id, on)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  one,
  shown,
  same,
  ticked,
  onTick,
}: {
  readonly one: ProfileSummary;
  readonly shown: boolean;
  readonly same: boolean;
  readonly ticked: boolean;
  readonly onTick: (on: boolean) => void;
}) {
  const [naming, setNaming] = useState(false);
  const title = summaryTitle(one);
  function named(text: string | null): void {
    setNaming(false);
    if (text !== null && text.trim() !== one.label) void labelProfile(one.id, text.trim());
  }
  function keyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === 'Enter') named(event.currentTarget.value);
    else if (event.key === 'Escape') named(null);
    else return;
    event.stopPropagation();
  }
  async function remove(): Promise<void> {
    const answer = await ask('Remove the profile?', `“${title}” and its trace go from disk for good.`, [
      { label: 'Remove', value: 'yes', primary: true },
      { label: 'Keep', value: 'no' },
    ]);
    if (answer === 'yes') await removeProfile(one.id);
  }
  return (
    <tr className={shown ? 'chosen' : ''}>
      <td>
        <input
          type="checkbox"
          aria-label={`Compare ${title}`}
          checked={ticked}
          onChange={(event) => onTick(event.target.checked)}
        />
      </td>
      <th scope="row">
        <span className="stage-name">
          {naming ? (
            <input
              className="name-field"
              // biome-ignore lint/a11y/noAutofocus: it was opened by a press, to write.
              autoFocus
              aria-label="Name of the profile"
              placeholder="What is it a profile of?"
              maxLength={200}
              defaultValue={one.label}
              onKeyDown={keyDown}
              onBlur={(event) => named(event.currentTarget.value)}
            />
          ) : (
            <button
              type="button"
              className="row-pick"
              aria-pressed={shown}
              title={shown ? 'It is shown' : 'Show it'}
              onClick={() => void openProfile(one.id)}
            >
              {title}
            </button>
          )}
          {!same && (
            <small className="share-mark" title="The pipeline that it measured was another than that of the one shown">
              other pipeline
            </small>
          )}
        </span>
      </th>
      <td className="quiet">{deviceText(one.device)}</td>
      <td className="number quiet">{one.runs}</td>
      <td className="number">{msNumber(one.p50)}</td>
      <td className="number">{msNumber(one.p95)}</td>
      <td className="quiet">
        <span className="cut-cell" title={one.cpu}>
          {one.cpu}
        </span>
      </td>
      <td className="number quiet">{bytesText(one.bytes)}</td>
      <td>
        <span className="row-tools">
          <button
            type="button"
            className="icon-button small"
            aria-label={`Name ${title}`}
            title="Give it a name"
            onClick={() => setNaming(true)}
          >
            <Pencil size={12} aria-hidden="true" />
          </button>
          <button
            type="button"
            className="icon-button small"
            aria-label={`Remove ${title}`}
            title="Remove it"
            onClick={() => void remove()}
          >
            <Trash2 size={12} aria-hidden="true" />
          </button>
        </span>
      </td>
    </tr>
  );
}
