import { expect, it } from 'vitest';
import { profileCsv } from '../../../../core/profile/export/csv.ts';
import { knownDocument, knownProfile } from '../knownProfile.ts';

/** Fields of RFC 4180, read by its own grammar: section 2, rules 1 to 7. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let rest = text;
  while (rest !== '') {
    const field = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest);
    if (field === null) throw new Error(`no field at ${JSON.stringify(rest.slice(0, 40))}`);
    row.push(field[1] === undefined ? field[2] : field[1].replaceAll('""', '"'));
    if (field[3] === '\r\n') {
      rows.push(row);
      row = [];
    }
    rest = rest.slice(field[0].length);
  }
  return rows;
}

it('a profile as CSV has a row per node with all its figures, and rows that make the sum whole', () => {
  const labelled = {
    ...knownDocument,
    nodes: knownDocument.nodes.map((n) => (n.id === 'photo' ? { ...n, label: 'The "photo",\nas it came' } : n)),
  };
  const [header, ...rows] = readCsv(profileCsv(knownProfile({ document: labelled })));
  for (const row of rows) expect(row).toHaveLength(header.length);
  expect(new Set(header).size).toBe(header.length);
  const table = rows.map((row) => Object.fromEntries(row.map((cell, i) => [header[i], cell])));
  expect(table.map((row) => `${row['row']} ${row['node']}`.trim())).toEqual([
    'node photo',
    'node shrink',
    'node out',
    'remainder',
    'end to end',
  ]);
  expect(table[0]).toMatchObject({
    label: 'The "photo",\nas it came',
    type: 'input.image',
    worker: 'main',
    device: '',
    runs: '3',
    total_p50_ms: '3',
    run_max_ms: '4',
    queue_p99_ms: '0',
  });
  const p50 = (at: number) => Number(table[at]['total_p50_ms']);
  expect(p50(0) + p50(1) + p50(2) + p50(3)).toBe(10);
  expect(table[4]).toMatchObject({ total_p50_ms: '11', total_mean_ms: '11', run_p50_ms: '', stage: '' });
});

it('a label is no formula in a spreadsheet, and a figure that could not be had is empty', () => {
  const document = {
    ...knownDocument,
    nodes: knownDocument.nodes.map((n) => (n.id === 'photo' ? { ...n, label: '=HYPERLINK("http://x")' } : n)),
  };
  const profile = knownProfile({ document });
  const nodes = profile.measured.nodes.map((node) => ({ ...node, slackMs: Number.NaN }));
  const [header, photo] = readCsv(profileCsv({ ...profile, measured: { ...profile.measured, nodes } }));
  expect(photo[header.indexOf('label')]).toBe('\'=HYPERLINK("http://x")');
  expect(photo[header.indexOf('slack_ms')]).toBe('');
});
