import { beforeAll, expect, it } from 'vitest';
import { problemData } from '../../../core/problems/problem.ts';
import { acting } from './acting.ts';
import { act, send, until } from './client.ts';
import { type InProcess, serveHere, serveReady } from './inProcess.ts';

const pipeline = acting();
const options = { target: pipeline.folder, nodeFolders: [pipeline.nodes] };
let served: InProcess;
beforeAll(async () => {
  served = await serveReady(options);
});

it('a process that dies costs the request that was in it; the third time in a minute the breaker opens (fault 79)', async () => {
  const states = (): readonly string[] =>
    served.events.flatMap((event) => (event.event === 'state' ? [event.state] : []));
  for (const round of [1, 2]) {
    const dead = await act(served.port, 'crash');
    expect([round, dead.status, dead.json().error.code]).toEqual([round, 503, 'engine-died']);
    const next = await act(served.port, `say ${round}`);
    expect([next.status, next.json().outputs]).toEqual([200, { said: `say ${round}` }]);
    expect((await send(served.port, '/readyz')).status).toBe(200);
  }
  expect((await act(served.port, 'crash')).status).toBe(503);
  await until(() => served.runtime.state() === 'failed');
  const open = await send(served.port, '/readyz');
  expect([open.status, open.json().versions[0].problem?.code]).toEqual([503, 'engine-died']);
  const refused = await act(served.port, 'say anything');
  expect([refused.status, refused.json().error.code, refused.headers['retry-after']]).toEqual([503, 'not-ready', '30']);
  expect((await send(served.port, '/livez')).status).toBe(200);
  expect(states().at(-1)).toBe('failed');
});

it('what does not pass its checks is never ready, and says why (fault 83)', async () => {
  const why = problemData('value-invalid', {
    message: 'The node "act" gives 2.5 where 2.0 was recorded.',
    fix: 'Serve it on the device that it was recorded on.',
    where: { node: 'act' },
  });
  let looked = 0;
  const held = await serveHere({
    ...options,
    readyChecks: [
      async (runtime) => {
        expect(runtime.state()).toBe('verifying');
        const { outputs } = await runtime.probe({ text: { kind: 'text', text: 'say golden' } });
        expect(outputs['said']).toMatchObject({ status: 'present' });
        looked++;
        return [why];
      },
    ],
  });
  expect(await held.runtime.load()).toBe('failed');
  expect(looked).toBe(1);
  const readiness = await send(held.port, '/readyz');
  expect([readiness.status, readiness.json().ready]).toEqual([503, false]);
  expect(readiness.json().reason).toContain('The node "act" gives 2.5');
  expect((await act(held.port, 'say')).status).toBe(503);
});

it('what must be so before anything is opened is asked for first', async () => {
  const held = await serveHere({
    ...options,
    beforeLoad: async () => {
      throw new Error('a byte is wrong');
    },
  });
  expect(await held.runtime.load()).toBe('failed');
  expect(held.runtime.engine.pid()).toBe(null);
});

it('a request that is late keeps its place until a blocked engine has let go of it', async () => {
  const one = await serveReady({ ...options, limit: { serverRunning: 1, serverWaitingPerRunning: 1 } });
  const late = await act(one.port, 'stay behind', { headers: { 'x-deadline-ms': '400' } });
  expect([late.status, late.json().error.code]).toEqual([504, 'deadline']);
  const load = async () => (await send(one.port, '/readyz')).json().load;
  expect(await load()).toMatchObject({ running: 1, waiting: 0 });
  const next = act(one.port, 'say after');
  pipeline.release('behind');
  expect((await next).json().outputs).toEqual({ said: 'say after' });
  await until(async () => (await load()).running === 0);
});
