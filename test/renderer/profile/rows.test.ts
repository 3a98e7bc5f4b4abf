import { describe, expect, it } from 'vitest';
import { noStats } from '../../../core/profile/stats.ts';
import { deviceText, sortedRows, stageRows, sumsOf } from '../../../renderer/profile/stageRows.ts';
import { slowestOf, stoppedText } from '../../../renderer/profile/verdict.ts';
import { always, measuredOf, nodeOf } from './measuredOf.ts';

const measured = measuredOf(
  [
    nodeOf('photo', 3, { stage: 0, criticalPercent: 30, onPathPercent: 100, bytesOut: 10, worker: 'image' }),
    nodeOf('shrink', 1, { stage: 0, criticalPercent: 10, onPathPercent: 100, shared: true, bytesOut: 600 }),
    nodeOf('sound', 2, { stage: 1, slackMs: 4.5 }),
    nodeOf('model', 4, {
      stage: 2,
      criticalPercent: 58,
      onPathPercent: 100,
      device: 'cuda',
      queue: always(1),
      copy: always(0.5),
      gap: always(0.3),
    }),
  ],
  { wall: always(10), remainder: always(0.2) },
);
const rows = stageRows(measured, (id) => id.toUpperCase());

describe('rows of the table', () => {
  it('are stages, with the nodes of a pass inside', () => {
    expect(rows.map((row) => row.title)).toEqual(['PHOTO, SHRINK', 'SOUND', 'MODEL']);
    expect(rows[0].inside.map((row) => [row.title, row.share])).toEqual([
      ['PHOTO', false],
      ['SHRINK', true],
    ]);
    expect(rows[1].inside).toEqual([]);
    expect(rows[0].node).toBe('photo');
    expect(rows[0].worker).toBe('image');
    expect(rows[2].device).toBe('CUDA');
  });

  it('add up: parts to the mean, stages and remainder to the wall', () => {
    for (const row of rows) expect(row.queue + row.copy + row.gap + row.run).toBeCloseTo(row.mean, 9);
    for (const row of rows.filter((r) => r.inside.length > 0))
      expect(row.inside.reduce((sum, inner) => sum + inner.mean, 0)).toBeCloseTo(row.mean, 9);
    const sums = sumsOf(measured, rows);
    expect(sums.stages.critical + sums.remainder.critical).toBeCloseTo(100, 9);
    expect((sums.stages.critical / 100) * sums.wall.mean + sums.remainder.stats.mean).toBeCloseTo(sums.wall.mean, 9);
    expect(sums.stages.mean).toBeCloseTo(11.8, 9);
  });

  it('can be sorted by every column, both ways', () => {
    const by = (key: Parameters<typeof sortedRows>[1]['by'], descending: boolean) =>
      sortedRows(rows, { by: key, descending }).map((row) => row.title);
    expect(by('p95', true)).toEqual(['MODEL', 'PHOTO, SHRINK', 'SOUND']);
    expect(by('p95', false)).toEqual(['SOUND', 'PHOTO, SHRINK', 'MODEL']);
    expect(by('title', false)).toEqual(['MODEL', 'PHOTO, SHRINK', 'SOUND']);
    expect(by('critical', true)[0]).toBe('MODEL');
    expect(by('bytesOut', true)[0]).toBe('PHOTO, SHRINK');
    // Equal ones keep an order of their own.
    expect(by('deviation', true)).toEqual(by('deviation', true));
    const inside = sortedRows(rows, { by: 'bytesOut', descending: true }).find((row) => row.inside.length > 0);
    expect(inside?.inside.map((row) => row.title)).toEqual(['SHRINK', 'PHOTO']);
  });

  it('sum to nothing of nothing', () => {
    const empty = measuredOf([], { wall: noStats, remainder: noStats });
    expect(stageRows(empty, String)).toEqual([]);
    expect(sumsOf(empty, []).remainder.critical).toBe(0);
  });

  it('name devices as people do', () => {
    expect([null, 'cpu', 'cuda', 'tensorrt', 'NPU'].map(deviceText)).toEqual(['CPU', 'CPU', 'CUDA', 'TensorRT', 'NPU']);
  });
});

describe('the slowest node', () => {
  it('is the one that most of the time end to end is spent in', () => {
    const slowest = slowestOf(measured);
    expect(slowest?.node.node).toBe('model');
    expect(slowest?.because).toBe('run');
    expect(slowest?.passWith).toEqual([]);
    expect(slowest?.offPath).toBe(false);
  });

  it('says what it runs in one pass with, and what it waits for', () => {
    const queued = measuredOf([
      nodeOf('a', 1, { stage: 0, criticalPercent: 70, queue: always(6) }),
      nodeOf('b', 2, { stage: 0, criticalPercent: 10 }),
    ]);
    const slowest = slowestOf(queued);
    expect(slowest?.node.node).toBe('a');
    expect(slowest?.because).toBe('queue');
    expect(slowest?.passWith).toEqual(['b']);
  });

  it('goes by its own time where no path is known, and is none of nothing', () => {
    const slowest = slowestOf(measuredOf([nodeOf('a', 1), nodeOf('b', 2, { stage: 1 })]));
    expect(slowest?.node.node).toBe('b');
    expect(slowest?.offPath).toBe(true);
    expect(slowestOf(measuredOf([]))).toBeNull();
  });

  it('says why measuring ended', () => {
    expect(stoppedText({ stoppedBy: 'interval', intervalPercent: 1.53 })).toBe('median known to ±1.5 %');
    expect(stoppedText({ stoppedBy: 'budget', intervalPercent: 30.2 })).toBe('time was up at ±30 %');
    expect(stoppedText({ stoppedBy: 'count', intervalPercent: 2 })).toContain('enough runs');
    expect(stoppedText({ stoppedBy: 'cancelled', intervalPercent: 9 })).toContain('cancelled');
  });
});
