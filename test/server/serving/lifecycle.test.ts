import { Agent, type ClientRequest } from 'node:http';
import { expect, it } from 'vitest';
import { acting } from './acting.ts';
import { type Answer, act, send, until } from './client.ts';
import { type Spawned, spawnServer } from './spawned.ts';

const pipeline = acting();
const start = (...more: readonly string[]): Promise<Spawned> =>
  spawnServer([pipeline.folder, '--nodes', pipeline.nodes, ...more]);

async function loadIs(port: number, running: number): Promise<void> {
  await until(async () => (await send(port, '/readyz')).json().load.running === running);
}

it('not ready before it is warm; at SIGTERM six that run are answered, new ones are refused, exit 0 (fault 70, fault 78)', async () => {
  const server = await start('--jobs', '6', '--grace', '700');
  const early = await send(server.port, '/readyz');
  expect([early.status, early.json().ready, early.json().reason]).toEqual([503, false, 'loading']);
  const refused = await act(server.port, 'say early');
  expect([refused.status, refused.json().error.code]).toEqual([503, 'not-ready']);
  expect((await send(server.port, '/livez')).status).toBe(200);
  await server.ready();
  expect((await send(server.port, '/readyz')).status).toBe(200);
  expect(pipeline.ran()).not.toContain('say early');

  const asked = Array.from({ length: 6 }, () => act(server.port, 'wait drain'));
  await loadIs(server.port, 6);
  const agent = new Agent({ keepAlive: true });
  expect((await send(server.port, '/livez', { agent })).status).toBe(200);
  server.child.kill('SIGTERM');
  await until(async () => (await send(server.port, '/readyz')).status === 503);
  const within = await send(server.port, '/livez');
  expect([within.status, within.headers['connection']]).toEqual([200, 'close']);
  // The grace is over: nobody new gets in, and those that run still do.
  await until(() =>
    send(server.port, '/livez').then(
      () => false,
      () => true,
    ),
  );
  await expect(act(server.port, 'say late')).rejects.toThrow();
  pipeline.release('drain');
  const answers = await Promise.all(asked);
  expect(answers.map((answer) => [answer.status, answer.json().outputs])).toEqual(
    Array.from({ length: 6 }, () => [200, { said: 'wait drain' }]),
  );
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(pipeline.ran()).not.toContain('say late');
  agent.destroy();
});

it('traffic over kept connections goes on through the grace without a reset (fault 71)', async () => {
  const server = await start('--grace', '1500');
  await server.ready();
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const answers: Answer[] = [];
  const failures: unknown[] = [];
  let asked = false;
  let leaving = false;
  const traffic = Array.from({ length: 4 }, async () => {
    while (!leaving) {
      const answer = await act(server.port, 'say on', { agent }).catch((error: unknown) => {
        failures.push(error);
        return null;
      });
      if (answer === null) return;
      answers.push(answer);
      // Asked to come back over another connection: in the grace there is one to be had.
      if (asked && answer.headers['connection'] === 'close') leaving = true;
    }
  });
  await until(() => answers.length >= 20);
  asked = true;
  server.child.kill('SIGTERM');
  await Promise.all(traffic);
  for (let i = 0; i < 10; i++) answers.push(await act(server.port, 'say still'));
  expect(failures).toEqual([]);
  expect(answers.map((answer) => answer.status).every((status) => status === 200)).toBe(true);
  agent.destroy();
  expect(await server.ended).toEqual({ code: 0, signal: null });
});

it('a second SIGTERM ends it at once, not with 0 (fault 72)', async () => {
  const server = await start('--grace', '60000');
  await server.ready();
  const cut = expect(act(server.port, 'wait never')).rejects.toThrow();
  await loadIs(server.port, 1);
  server.child.kill('SIGTERM');
  await until(async () => (await send(server.port, '/readyz')).status === 503);
  server.child.kill('SIGTERM');
  expect((await server.ended).code).toBe(1);
  await cut;
});

it('SIGTERM while it loads ends it cleanly (fault 73)', async () => {
  const server = await start();
  server.child.kill('SIGTERM');
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(server.lines.some((line) => line.state === 'ready')).toBe(false);
});

it('what hangs is cut off when its time to drain is over (fault 74)', async () => {
  const server = await start('--grace', '0', '--drain', '500');
  await server.ready();
  const asked = act(server.port, 'hang').catch(() => null);
  await until(() => pipeline.ran().includes('hang'));
  server.child.kill('SIGTERM');
  expect(await server.ended).toEqual({ code: 0, signal: null });
  const answer = await asked;
  expect(answer === null || answer.status >= 499).toBe(true);
});

it('in one process it answers, takes a caller who goes, ends as told; and what crashes ends it', async () => {
  const server = await start('--in-process', '--jobs', '2');
  await server.ready();
  const held = act(server.port, 'wait together');
  await loadIs(server.port, 1);
  let going: ClientRequest | null = null;
  const onRequest = (request: ClientRequest): void => {
    going = request;
  };
  const gone = expect(act(server.port, 'wait never-together', { onRequest })).rejects.toThrow();
  await loadIs(server.port, 2);
  (going as ClientRequest | null)?.destroy();
  await gone;
  await loadIs(server.port, 1);
  expect((await act(server.port, 'say beside')).json().outputs).toEqual({ said: 'say beside' });
  server.child.kill('SIGTERM');
  pipeline.release('together');
  expect((await held).json().outputs).toEqual({ said: 'wait together' });
  expect(await server.ended).toEqual({ code: 0, signal: null });

  const fragile = await start('--in-process');
  await fragile.ready();
  await expect(act(fragile.port, 'crash')).rejects.toThrow();
  expect(await fragile.ended).toEqual({ code: null, signal: 'SIGSEGV' });
});
