import { expect, it } from 'vitest';
import { Calls } from '../../../renderer/transport/calls.ts';

function idOf(text: string): number {
  return (JSON.parse(text) as { readonly id: number }).id;
}

it('holds calls back until there is a connection, and gives each its own answer', async () => {
  const sent: string[] = [];
  const calls = new Calls((text) => sent.push(text));
  const about = calls.call('about', {});
  const devices = calls.call('devices', {});
  expect(sent).toEqual([]);
  calls.reopen();
  expect(sent.map((text) => JSON.parse(text).method)).toEqual(['about', 'devices']);
  calls.answered({ id: idOf(sent[1]), ok: true, result: { devices: [] } });
  calls.answered({
    id: idOf(sent[0]),
    ok: false,
    problem: { code: 'internal', message: 'no', fix: 'none', where: {}, severity: 'error' },
  });
  await expect(devices).resolves.toEqual({ devices: [] });
  await expect(about).rejects.toMatchObject({ data: { code: 'internal', message: 'no' } });
});

it('says connection-lost for what was under way, and sends later what was not', async () => {
  const sent: string[] = [];
  const calls = new Calls((text) => sent.push(text));
  calls.reopen();
  const first = calls.call('about', {});
  calls.lost();
  const second = calls.call('about', {});
  await expect(first).rejects.toMatchObject({ data: { code: 'connection-lost' } });
  expect(sent.length).toBe(1);
  calls.reopen();
  expect(sent.length).toBe(2);
  calls.answered({ id: idOf(sent[1]), ok: true, result: 'late' });
  await expect(second).resolves.toBe('late');
});
