import { describe, expect, it } from 'vitest';
import { filePurposes, shownEntries } from '../../../renderer/shell/filePurpose.ts';
import { problemSummary } from '../../../renderer/shell/problemSummary.ts';
import { runCounts } from '../../../renderer/shell/runCounts.ts';

describe('what the status bar says', () => {
  const error = { message: 'needs pixel_values', severity: 'error', where: { node: 'm' } } as const;
  const warning = { message: 'odd', severity: 'warning', where: {} } as const;

  it('says one problem and counts several', () => {
    expect(problemSummary([], [])).toEqual({ tone: 'ok', text: 'No problems' });
    expect(problemSummary([error], [{ id: 'm', label: 'Image model' }])).toEqual({
      tone: 'error',
      text: '1 problem: Image model: needs pixel_values',
    });
    expect(problemSummary([warning], []).text).toBe('1 problem: odd');
    expect(problemSummary([error, error], []).text).toBe('2 problems');
    expect(problemSummary([warning, warning], [])).toEqual({ tone: 'warning', text: '2 warnings' });
    expect(problemSummary([error, warning, warning], [])).toEqual({ tone: 'error', text: '1 problem, 2 warnings' });
  });

  it('counts what ran, what came from the cache and what did not run', () => {
    const at = { items: 1, atMs: 0 };
    const nodes = {
      a: { state: 'ran', ...at },
      b: { state: 'cached', ...at },
      c: { state: 'running', ...at },
    } as const;
    expect(runCounts({ nodes, summary: null })).toEqual({ ran: 1, cached: 1, started: 3, failed: 0 });
    const skipped = { nodes: { a: { state: 'skipped', ...at } } } as const;
    expect(runCounts({ nodes: skipped.nodes, summary: null }).failed).toBe(1);
  });
});

describe('what the file dialog shows', () => {
  const entries = [
    { name: 'Pictures', folder: true },
    { name: 'a.tributary.json', folder: false },
    { name: 'b.json', folder: false },
    { name: 'scenes.ONNX', folder: false },
  ];
  const names = (purpose: keyof typeof filePurposes, all = false, typed = ''): readonly string[] =>
    shownEntries(entries, filePurposes[purpose], all, typed).map((entry) => entry.name);

  it('shows folders and files that fit, or all when asked', () => {
    expect(names('openPipeline')).toEqual(['Pictures', 'a.tributary.json']);
    expect(names('model')).toEqual(['Pictures', 'scenes.ONNX']);
    expect(names('openPipeline', true)).toHaveLength(4);
    expect(names('folder')).toEqual(['Pictures']);
    expect(names('file')).toHaveLength(4);
    expect(names('file', false, 'P')).toEqual(['Pictures']);
  });
});
