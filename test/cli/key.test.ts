import { expect, it } from 'vitest';
import { parseKeyRing } from '../../server/serving/security/apiKeys.ts';
import { command } from './command.ts';

it('makes a key whose entry lets it in, and no other key', async () => {
  const made = await command(['key', 'team vision', '--per-minute', '600']);
  expect(made.code).toBe(0);
  const key = /^key {4}(\S+)$/m.exec(made.out)?.[1] ?? '';
  const entry = /^entry {2}(.*)$/m.exec(made.out)?.[1] ?? '';
  expect(key).toMatch(/^tbk_[\w-]{43}$/);
  expect(entry).not.toContain(key);
  const ring = parseKeyRing(`{ "keys": [${entry}] }`, 'keys.json');
  expect(ring(key)).toMatchObject({ name: 'team vision', perMinute: 600 });
  expect(ring(`${key}x`)).toBeNull();
  const wrong = await command(['key', 'a\nb']);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('1 to 64 letters');
});
