import { expect, it } from 'vitest';
import { Problem } from '../../../core/problems/problem.ts';
import type { Preview } from '../../../core/studio/preview.ts';
import { type PreviewAsk, PreviewStore } from '../../../renderer/preview/store.ts';

function ask(t: number, run = 'r1'): PreviewAsk {
  return { run, end: 'node.text', t, width: 32, height: 32, view: 'node' };
}
function answerTo({ t, run }: PreviewAsk): Preview {
  return { kind: 'text', type: 'text', t, index: 0, text: `${run} ${t}`, length: 4 };
}

/** A back end that answers when told to. */
function slow() {
  const asked: PreviewAsk[] = [];
  const waiting: {
    readonly ask: PreviewAsk;
    readonly done: (p: Preview | null) => void;
    readonly fail: (e: unknown) => void;
  }[] = [];
  return {
    asked,
    call: (one: PreviewAsk) =>
      new Promise<Preview | null>((done, fail) => {
        asked.push(one);
        waiting.push({ ask: one, done, fail });
      }),
    async answer() {
      const one = waiting.shift();
      one?.done(answerTo(one.ask));
      await new Promise((resolve) => setTimeout(resolve));
    },
    async fail(error: unknown) {
      waiting.shift()?.fail(error);
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

it('asks once for what is wanted twice, and tells those who listen', async () => {
  const back = slow();
  const store = new PreviewStore(back.call);
  let told = 0;
  store.subscribe('lane', () => told++);
  store.want('lane', ask(0));
  store.want('lane', ask(0));
  await back.answer();
  store.want('lane', ask(0));
  store.want('other', ask(0));
  expect(back.asked.length).toBe(1);
  expect(told).toBe(1);
  expect(store.read('other', ask(0)).answer?.preview).toEqual(answerTo(ask(0)));
});

it('has one question of a lane under way, and then the newest', async () => {
  const back = slow();
  const store = new PreviewStore(back.call);
  for (const t of [0, 1, 2, 3, 4]) store.want('lane', ask(t));
  expect(back.asked.map((one) => one.t)).toEqual([0]);
  await back.answer();
  expect(back.asked.map((one) => one.t)).toEqual([0, 4]);
  // What came on the way is shown until the newest is there.
  expect(store.read('lane', ask(4)).last?.ask.t).toBe(0);
  await back.answer();
  expect(store.read('lane', ask(4)).last?.ask.t).toBe(4);
  expect(back.asked.length).toBe(2);
});

it('shows no answer of an older run once a newer one is wanted', async () => {
  const back = slow();
  const store = new PreviewStore(back.call);
  store.want('lane', ask(0, 'old'));
  store.want('lane', ask(0, 'new'));
  await back.answer();
  expect(store.read('lane', ask(0, 'new')).last).toBeNull();
  await back.answer();
  expect(store.read('lane', ask(0, 'new')).last?.ask.run).toBe('new');
});

it('goes back to what it knows while another answer is on its way', async () => {
  const back = slow();
  const store = new PreviewStore(back.call);
  store.want('lane', ask(0));
  await back.answer();
  store.want('lane', ask(1));
  store.want('lane', ask(0));
  await back.answer();
  expect(store.read('lane', ask(0)).last?.ask.t).toBe(0);
});

it('keeps a problem with its question, and asks anew when told to', async () => {
  const back = slow();
  const store = new PreviewStore(back.call);
  store.want('lane', ask(0));
  await back.fail(new Problem('engine-died', { message: 'It ended.', fix: 'Run again.' }));
  expect(store.read('lane', ask(0)).problem?.code).toBe('engine-died');
  expect(store.read('lane', ask(1)).problem).toBeNull();
  store.forget('lane', ask(0));
  await back.answer();
  const read = store.read('lane', ask(0));
  expect([read.problem, read.answer?.preview?.kind]).toEqual([null, 'text']);
  store.forget('lane', ask(0));
  expect(back.asked.length).toBe(3);
});

it('forgets the longest unused', async () => {
  const back = slow();
  const store = new PreviewStore(back.call, 3);
  for (const t of [0, 1, 2]) {
    store.want('lane', ask(t));
    await back.answer();
  }
  store.want('lane', ask(0));
  store.want('lane', ask(3));
  await back.answer();
  expect([0, 1, 2, 3].map((t) => store.read('lane', ask(t)).answer !== null)).toEqual([true, false, true, true]);
});
