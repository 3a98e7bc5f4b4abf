import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { LayerSensitivity } from '../../core/onnx/shrink/report.ts';
import { msNumber } from '../profile/words.ts';
import { bytesText, countText } from '../shell/words.ts';
import { cosineText, type SensitivityColumn, shareText, sortedLayers } from './reportWords.ts';

const columns: readonly { readonly by: SensitivityColumn; readonly title: string; readonly number?: true }[] = [
  { by: 'layer', title: 'Layer' },
  { by: 'operator', title: 'Operator' },
  { by: 'relative', title: 'Error alone', number: true },
  { by: 'cosine', title: 'Cosine', number: true },
  { by: 'ms', title: 'Takes, ms', number: true },
  { by: 'savedMs', title: 'Saves, ms', number: true },
  { by: 'savedBytes', title: 'Saves', number: true },
];
const most = 200;

/** What shrinking each layer alone does to the model's outputs, and what it saves. */
export function SensitivityTable({
  rows,
  model,
}: {
  readonly rows: readonly LayerSensitivity[];
  readonly model: string;
}) {
  const [sort, setSort] = useState<{ readonly by: SensitivityColumn; readonly down: boolean }>({
    by: 'relative',
    down: true,
  });
  const [all, setAll] = useState(false);
  const sorted = useMemo(() => sortedLayers(rows, sort.by, sort.down), [rows, sort]);
  const largest = Math.max(1e-12, ...rows.map(({ relative }) => (Number.isFinite(relative) ? relative : 0)));
  const timed = rows.some(({ ms }) => ms !== null);
  const shown = columns.filter(({ by }) => timed || (by !== 'ms' && by !== 'savedMs'));
  return (
    <div className="sensitivity-scroll">
      <table className="sensitivity">
        <caption className="spoken">Error of each layer of {model} alone</caption>
        <thead>
          <tr>
            {shown.map(({ by, title, number }) => {
              const on = sort.by === by;
              return (
                <th
                  key={by}
                  scope="col"
                  className={number ? 'number' : undefined}
                  aria-sort={on ? (sort.down ? 'descending' : 'ascending') : undefined}
                >
                  <button
                    type="button"
                    onClick={() => setSort({ by, down: on ? !sort.down : number === true })}
                    title={`Sort by ${title.toLowerCase()}`}
                  >
                    {title}
                    {on &&
                      (sort.down ? (
                        <ArrowDown size={10} aria-hidden="true" />
                      ) : (
                        <ArrowUp size={10} aria-hidden="true" />
                      ))}
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, all ? rows.length : most).map((row) => (
            <tr key={row.layer}>
              <th scope="row" className="mono" title={row.layer}>
                {tailText(row.layer)}
              </th>
              <td>{row.operator}</td>
              <td className="number">
                <span className="error-bar" aria-hidden="true">
                  <i style={{ width: `${100 * Math.min(1, (row.relative ?? largest) / largest)}%` }} />
                </span>
                <span className="error-share">{shareText(row.relative)}</span>
              </td>
              <td className="number">{cosineText(row.cosine)}</td>
              {timed && <td className="number">{row.ms === null ? '–' : msNumber(row.ms)}</td>}
              {timed && <td className="number">{row.savedMs === null ? '–' : savedText(row.savedMs)}</td>}
              <td className="number">{bytesText(row.savedBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > most && !all && (
        <button type="button" className="button small" onClick={() => setAll(true)}>
          Show all {countText(rows.length, 'layer')}
        </button>
      )}
    </div>
  );
}

/** Names of layers tell most at their end. */
function tailText(name: string): string {
  return name.length <= longest ? name : `…${name.slice(1 - longest)}`;
}
const longest = 36;

function savedText(ms: number): string {
  if (Math.abs(ms) < 0.005) return '0';
  return ms < 0 ? `−${msNumber(-ms)}` : msNumber(ms);
}
