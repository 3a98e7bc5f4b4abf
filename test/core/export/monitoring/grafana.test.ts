import { expect, it } from 'vitest';
import type { z } from 'zod';
import { monitoring } from '../../../../core/export/monitoring/target.ts';
import { tempFolder } from '../../../temp-folder.ts';
import { inputOf, renamed, textOf } from '../exportInput.ts';
import { hostileTexts } from '../hostile.ts';
import { builtIn, grafanaDashboard } from './grafanaSchema.ts';
import { grafanaTypeProblems, whyNoGrafanaTypes } from './grafanaTypes.ts';

type Dashboard = z.infer<typeof grafanaDashboard>;

async function jsonOf(sample: Parameters<typeof inputOf>[0], title?: string): Promise<unknown> {
  const input = await inputOf(sample);
  const files = monitoring.files(title === undefined ? input : renamed(input, title), {});
  return JSON.parse(textOf(files, 'monitoring/grafana/pipeline.json'));
}

const samples = ['picture-classifier', 'event-detector'] as const;

it.each(samples)('%s: the dashboard has no field and no value that Grafana does not know', async (sample) => {
  for (const title of [undefined, hostileTexts.join(' ')]) {
    const { success, error } = grafanaDashboard.safeParse(await jsonOf(sample, title));
    expect(error?.issues ?? []).toEqual([]);
    expect(success).toBe(true);
  }
});

it.each(samples)('%s: panels have ids and places of their own, a title and a unit', async (sample) => {
  const { panels }: Dashboard = grafanaDashboard.parse(await jsonOf(sample));
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { gridPos, title } of panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken.has(`${x} ${y}`), `${title} lies on another`).toBe(false);
        taken.add(`${x} ${y}`);
      }
  }
  // Grafana closes gaps above a panel, which would move it: there are none.
  for (const { gridPos, title } of panels)
    for (let x = gridPos.x; x < gridPos.x + gridPos.w && gridPos.y > 0; x++) {
      const supported = Array.from({ length: gridPos.w }, (_, i) => taken.has(`${gridPos.x + i} ${gridPos.y - 1}`));
      expect(supported.includes(true), `${title} floats`).toBe(true);
    }
  for (const panel of panels) {
    if (panel.type === 'row') continue;
    expect(new Set(panel.targets.map(({ refId }) => refId)).size).toBe(panel.targets.length);
    // One of several series says which it is.
    if (panel.type === 'timeseries') expect(panel.targets.every(({ legendFormat }) => legendFormat !== '')).toBe(true);
  }
});

it.each(samples)('%s: every variable that is used is there, and the source of data is one', async (sample) => {
  const { panels, templating } = grafanaDashboard.parse(await jsonOf(sample));
  const known = new Set([...templating.list.map(({ name }) => name), ...builtIn]);
  // `$name`, `${name}`, `${name:format}` and `[[name]]`.
  const used = [...JSON.stringify(panels).matchAll(/\$(\w+)|\$\{(\w+)[^}]*\}|\[\[(\w+)[^\]]*\]\]/g)].map(
    ([, plain, braced, old]) => plain ?? braced ?? old,
  );
  expect(used.length).toBeGreaterThan(50);
  expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
  expect(templating.list.map(({ name }) => name).filter((name) => !used.includes(name))).toEqual([]);
  const sources = panels.flatMap((panel) =>
    panel.type === 'row' ? [] : [panel.datasource, ...panel.targets.map(({ datasource }) => datasource)],
  );
  expect(new Set(sources.map(({ uid }) => uid))).toEqual(new Set([`\${${'datasource'}}`]));
});

it("Grafana's own types accept the dashboard, and refuse one with a field that is not theirs", async ({ skip }) => {
  const why = whyNoGrafanaTypes();
  if (why !== null) skip(why);
  const given = await jsonOf('event-detector');
  expect(grafanaTypeProblems(given, tempFolder())).toBe('');
  const text = JSON.stringify(given);
  expect(grafanaTypeProblems(JSON.parse(text.replaceAll('"lineWidth"', '"lineWidht"')), tempFolder())).toContain(
    'lineWidht',
  );
}, 120_000);
