import { describe, expect, it } from 'vitest';
import type { Value } from '../../../core/kinds/value.ts';
import { planRun } from '../../../core/plan/plan.ts';
import { problemData } from '../../../core/problems/problem.ts';
import { keptPort } from '../../../host/engine/keptPort.ts';
import { KeptRuns } from '../../../host/engine/keptRuns.ts';
import { check, pipeline } from '../../core/pipelines.ts';
import { pureHost } from '../../pure-host.ts';

const plan = planRun(
  check(pipeline({ a: 'fake.source', b: 'fake.add', o: 'fake.out' }, ['a.x > b.x', 'b.x > o.value'])),
);
const host = pureHost();
const signal = new AbortController().signal;

function floats(count: number): Value {
  return { kind: 'tensor', dtype: 'float32', shape: [count], data: new Float32Array(count) };
}

describe('what runs keep', () => {
  it('is counted once however often it is kept, and let go with the last run that has it', () => {
    const kept = new KeptRuns(1e6);
    const value = floats(1000);
    const first = kept.start('1', plan, host);
    first.see('a.x', { t: 0, value });
    first.see('b.x', { t: 0, value });
    kept.start('2', plan, host).see('a.x', { t: 0, value });
    expect(kept.bytes()).toBe(4000);
    kept.release('1');
    expect(kept.bytes()).toBe(4000);
    expect(kept.get('1')).toBeUndefined();
    kept.release('2');
    expect(kept.bytes()).toBe(0);
  });
  it('counts the whole buffer that a part of it holds', () => {
    const kept = new KeptRuns(1e6);
    const whole = new Float32Array(1000);
    const run = kept.start('1', plan, host);
    for (const at of [0, 10]) {
      const channels = [whole.subarray(at, at + 10)];
      run.see('a.x', { t: at, value: { kind: 'audio', sampleRateHz: 10, channels } });
    }
    expect(kept.bytes()).toBe(4000);
  });
  it('goes with the oldest run when it is too much, or too many runs', () => {
    const kept = new KeptRuns(10_000);
    for (const name of ['1', '2', '3']) kept.start(name, plan, host).see('a.x', { t: 0, value: floats(1000) });
    expect(['1', '2', '3'].map((name) => kept.get(name) !== undefined)).toEqual([false, true, true]);
    expect(kept.bytes()).toBe(8000);
    for (let i = 4; i <= 12; i++) kept.start(`${i}`, plan, host);
    expect(Array.from({ length: 13 }, (_, i) => i).filter((i) => kept.get(`${i}`) !== undefined)).toEqual([
      7, 8, 9, 10, 11, 12,
    ]);
    expect(kept.bytes()).toBe(0);
  });
  it('keeps fewer of a sequence that alone is too much, the first and the last among them', () => {
    const kept = new KeptRuns(40_000);
    const run = kept.start('1', plan, host);
    run.see('b.x', { t: 0, value: floats(10) });
    for (let i = 0; i < 200; i++) run.see('a.x', { t: i, value: floats(1000) });
    const [b, a] = run.ports();
    expect(b).toMatchObject({ end: 'b.x', passed: 1, times: [0] });
    expect(a).toMatchObject({ end: 'a.x', kind: 'tensor', passed: 200, missing: null });
    expect(a.times.length).toBeGreaterThan(3);
    expect([a.times[0], a.times.at(-1)]).toEqual([0, 199]);
    expect(kept.bytes()).toBeLessThanOrEqual(40_000);
  });
  it('holds nothing of a single value that is too much, and still tells that it passed', () => {
    const kept = new KeptRuns(1000);
    const run = kept.start('1', plan, host);
    run.see('a.x', { t: 0, value: floats(1000) });
    run.see('b.x', { t: 0, value: floats(10) });
    expect(run.ports()).toMatchObject([
      { end: 'a.x', kind: 'tensor', passed: 1, times: [] },
      { end: 'b.x', times: [0] },
    ]);
    expect(keptPort(run, 'a.x', signal)).toBeNull();
  });
  it('keeps at most 256 items of a port', () => {
    const run = new KeptRuns(1e9).start('1', plan, host);
    for (let i = 0; i < 10_000; i++) run.see('a.x', { t: i / 10, value: floats(1) });
    const [a] = run.ports();
    expect(a.times.length).toBeLessThanOrEqual(256);
    expect(a.times.length).toBeGreaterThan(100);
    expect(a.passed).toBe(10_000);
    expect([a.times[0], a.times.at(-1)]).toEqual([0, 999.9]);
  });
  it('says what is missing', () => {
    const run = new KeptRuns(1e6).start('1', plan, host);
    run.see('a.x', { t: 0, missing: problemData('media-empty', { message: 'nothing in it', fix: 'fill it' }) });
    expect(run.ports()).toEqual([{ end: 'a.x', kind: null, passed: 0, times: [], missing: 'nothing in it' }]);
  });
  it('is handed from run to run as long as one of them is there', () => {
    const kept = new KeptRuns(1e6);
    const ends = [{ end: 'a.x', key: 'k' }];
    const first = kept.start('1', plan, host);
    first.see('a.x', { t: 3, value: floats(7) });
    expect(kept.start('early', plan, host).inherit(ends)).toBeNull();
    first.complete(ends);
    const second = kept.start('2', plan, host);
    expect(second.inherit([{ end: 'other.x', key: 'k' }])).toBe(1);
    kept.release('1');
    expect(second.ports()).toMatchObject([{ end: 'other.x', passed: 1, times: [3] }]);
    expect(kept.start('3', plan, host).inherit(ends)).toBe(1);
    kept.release('2');
    kept.release('3');
    expect(kept.bytes()).toBe(0);
    expect(kept.start('4', plan, host).inherit(ends)).toBeNull();
  });
  it('is in the order of time, and what is made later is made once', async () => {
    const run = new KeptRuns(1e6).start('1', plan, host);
    let made = 0;
    const later = { from: null, make: async () => floats(++made) };
    run.see('a.x', { t: 2, value: floats(1) });
    run.see('a.x', { t: 1, later });
    const port = keptPort(run, 'a.x', signal);
    expect(port?.times).toEqual([1, 2]);
    const once = await port?.at(0);
    expect(await port?.at(0)).toBe(once);
    expect(made).toBe(1);
  });
  it('does not come back after it was let go', () => {
    const kept = new KeptRuns(1e6);
    const run = kept.start('1', plan, host);
    kept.release('1');
    run.see('a.x', { t: 0, value: floats(1000) });
    run.complete([{ end: 'a.x', key: 'k' }]);
    expect(kept.bytes()).toBe(0);
    expect(run.retiring().aborted).toBe(true);
    expect(kept.start('2', plan, host).inherit([{ end: 'a.x', key: 'k' }])).toBeNull();
  });
});
