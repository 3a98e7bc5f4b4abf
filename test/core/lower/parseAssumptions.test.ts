import { expect, it } from 'vitest';
import { makeRegistry } from '../../../core/define/registry.ts';
import { parseAssumptions } from '../../../core/lower/parseAssumptions.ts';
import { builtinNodes } from '../../../nodes/registry.ts';
import { rejects } from '../../rejects.ts';
import { check, pipeline } from '../pipelines.ts';

const document = pipeline({ clip: 'input.audio', mono: 'audio.mono', out: 'output.audio' }, [
  'clip.audio > mono.audio',
  'mono.audio > out.value',
]);
const checked = check({ ...document, inputs: { sound: { node: 'clip' } } }, makeRegistry(builtinNodes));

it('takes an input by its public name, or an end of a node', () => {
  expect(
    parseAssumptions(
      ['sound.sampleRateHz=44100', 'sound.channels=2', 'mono.audio.sampleRateHz=16000', 'sound.colour=grey'],
      checked,
    ),
  ).toEqual({
    'clip.audio': { sampleRateHz: 44_100, channels: 2, colour: 'grey' },
    'mono.audio': { sampleRateHz: 16_000 },
  });
});

it.each([
  ['sond.sampleRateHz=16000', 'did you mean "sound"?'],
  ['zzz.sampleRateHz=16000', 'they are sound'],
  ['sound.rate=16000', '"rate" is not one of sampleRateHz, channels, width, height, colour'],
  ['sound.channels=0', '"0" is no whole number above 0'],
  ['sound.channels=1.5', '"1.5" is no whole number above 0'],
  ['sound.colour=pink', '"pink" is no colour; they are rgb'],
  ['sound', 'it is not name.field=value'],
  ['sound.channels=', 'it is not name.field=value'],
])('refuses %s', async (pair, words) => {
  const problem = await rejects(async () => parseAssumptions([pair], checked), 'usage');
  expect(problem.message).toContain(words);
});
