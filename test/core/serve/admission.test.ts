import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Admission, type Entrant } from '../../../core/serve/admission.ts';

const bounds = { running: 2, waiting: 3, decodedBytes: 1000 };
const entrant = (decodedBytes = 1, deadlineMs = 1e9): Entrant => ({ decodedBytes, deadlineMs });

it('fault 54: so many run, so many wait, and each one more is refused, first come first served', () => {
  const admission = new Admission(bounds);
  const all = Array.from({ length: 9 }, () => entrant());
  const verdicts = all.map((each) => admission.enter(each, 0).is);
  expect(verdicts).toEqual(['runs', 'runs', 'waits', 'waits', 'waits', 'refused', 'refused', 'refused', 'refused']);
  expect(admission.load()).toEqual({ running: 2, waiting: 3, decodedBytes: 5 });
  expect(admission.full()).toBe(true);
  expect(admission.ended(all[0], 10).starts).toEqual([all[2]]);
  expect(admission.full()).toBe(false);
  expect(admission.ended(all[1], 11).starts).toEqual([all[3]]);
  expect(admission.enter(all[8], 12).is).toBe('waits');
});

it('fault 55: decoded bytes are bounded over all that runs and waits, and come free with each', () => {
  const admission = new Admission(bounds);
  const [a, b, c, small] = [entrant(400), entrant(500), entrant(200), entrant(100)];
  expect(admission.enter(a, 0).is).toBe('runs');
  expect(admission.enter(b, 0).is).toBe('runs');
  expect(admission.enter(c, 0)).toMatchObject({ is: 'refused', why: 'bytes' });
  expect(admission.enter(small, 0).is).toBe('waits');
  expect(admission.load().decodedBytes).toBe(1000);
  admission.left(small);
  expect(admission.load().decodedBytes).toBe(900);
  admission.ended(b, 1);
  expect(admission.enter(c, 1).is).toBe('runs');
});

it('fault 58: one whose deadline passes in the queue never starts', () => {
  const admission = new Admission(bounds);
  const running = [entrant(), entrant()];
  const [soon, later, gone] = [entrant(1, 100), entrant(1, 500), entrant(1, 50)];
  for (const each of [...running, soon, later]) admission.enter(each, 0);
  expect(admission.enter(gone, 60).is).toBe('late');
  expect(admission.nextDeadlineMs()).toBe(100);
  expect(admission.ended(running[0], 100)).toEqual({ starts: [later], late: [soon] });
  const waits = entrant(1, 200);
  admission.enter(waits, 110);
  expect(admission.expired(199)).toEqual([]);
  expect(admission.expired(200)).toEqual([waits]);
  expect(admission.nextDeadlineMs()).toBe(null);
  expect(admission.ended(running[1], 300).starts).toEqual([]);
});

it('fault 57: one that leaves the queue makes room at once', () => {
  const admission = new Admission({ ...bounds, running: 1, waiting: 1 });
  const [a, b, c] = [entrant(), entrant(), entrant()];
  admission.enter(a, 0);
  admission.enter(b, 0);
  expect(admission.left(b)).toBe(true);
  expect(admission.left(b)).toBe(false);
  expect(admission.enter(c, 0).is).toBe('waits');
  expect(admission.ended(b, 1)).toEqual({ starts: [], late: [] });
  expect(admission.ended(a, 1).starts).toEqual([c]);
});

it('says when to come again by how long runs take', () => {
  const admission = new Admission({ running: 1, waiting: 4, decodedBytes: 100 });
  expect(admission.retryAfterSeconds()).toBe(1);
  let nowMs = 0;
  for (let i = 0; i < 50; i++) {
    const each = entrant();
    admission.enter(each, nowMs);
    nowMs += 3000;
    admission.ended(each, nowMs);
  }
  for (let i = 0; i < 5; i++) admission.enter(entrant(), nowMs);
  expect(admission.retryAfterSeconds()).toBe(15);
});

it('keeps its bounds, its order and its counts whatever comes', () => {
  const step = fc.oneof(
    fc.record({ does: fc.constant('enter' as const), bytes: fc.nat(600), lastsMs: fc.nat(200) }),
    fc.record({ does: fc.constantFrom('end' as const, 'leave' as const), which: fc.nat(20) }),
    fc.record({ does: fc.constant('wait' as const), ms: fc.nat(150) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const admission = new Admission<Entrant>(bounds);
      let nowMs = 0;
      let running: Entrant[] = [];
      let waiting: Entrant[] = [];
      const starts = (moved: { readonly starts: readonly Entrant[]; readonly late: readonly Entrant[] }): void => {
        for (const each of moved.late) expect(each.deadlineMs).toBeLessThanOrEqual(nowMs);
        waiting = waiting.filter((each) => !moved.late.includes(each));
        expect(moved.starts).toEqual(waiting.slice(0, moved.starts.length));
        waiting = waiting.slice(moved.starts.length);
        running.push(...moved.starts);
      };
      for (const each of steps) {
        if (each.does === 'enter') {
          const one = entrant(each.bytes, nowMs + each.lastsMs);
          const verdict = admission.enter(one, nowMs);
          if (verdict.is === 'runs') running.push(one);
          if (verdict.is === 'waits') waiting.push(one);
        } else if (each.does === 'end') {
          const one = running[each.which % Math.max(1, running.length)];
          if (one === undefined) continue;
          running = running.filter((other) => other !== one);
          starts(admission.ended(one, nowMs));
        } else if (each.does === 'leave') {
          const one = waiting[each.which % Math.max(1, waiting.length)];
          if (one === undefined) continue;
          expect(admission.left(one)).toBe(true);
          waiting = waiting.filter((other) => other !== one);
        } else if (each.does === 'wait') {
          nowMs += each.ms;
          const late = admission.expired(nowMs);
          expect(late).toEqual(waiting.filter((other) => other.deadlineMs <= nowMs));
          waiting = waiting.filter((other) => !late.includes(other));
        }
        const decodedBytes = [...running, ...waiting].reduce((sum, other) => sum + other.decodedBytes, 0);
        expect(admission.load()).toEqual({ running: running.length, waiting: waiting.length, decodedBytes });
        expect(running.length).toBeLessThanOrEqual(bounds.running);
        expect(waiting.length).toBeLessThanOrEqual(bounds.waiting);
        expect(decodedBytes).toBeLessThanOrEqual(bounds.decodedBytes);
      }
    }),
  );
});
