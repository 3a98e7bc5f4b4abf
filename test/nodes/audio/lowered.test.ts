import { describe, expect, it } from 'vitest';
import type { NodeDefinition } from '../../../core/define/node.ts';
import { one, typeOf, type WireType } from '../../../core/kinds/type.ts';
import type { AudioValue, Json } from '../../../core/kinds/value.ts';
import { fixLength } from '../../../nodes/audio/fixLength.ts';
import { frame } from '../../../nodes/audio/frame.ts';
import { logMel } from '../../../nodes/audio/logMel.ts';
import { mel } from '../../../nodes/audio/mel.ts';
import { mfcc } from '../../../nodes/audio/mfcc.ts';
import { mono } from '../../../nodes/audio/mono.ts';
import { normalise } from '../../../nodes/audio/normalise.ts';
import { preEmphasis } from '../../../nodes/audio/preEmphasis.ts';
import { resample } from '../../../nodes/audio/resample.ts';
import { stft } from '../../../nodes/audio/stft.ts';
import { toTensor } from '../../../nodes/audio/toTensor.ts';
import { trim } from '../../../nodes/audio/trim.ts';
import { factorsOf } from '../../../nodes/kernels/loweredFactored.ts';
import { runLowered } from '../../lowered.ts';
import { rejects } from '../../rejects.ts';
import { callNode, expectLoweredItems } from '../../test-node.ts';

type Params = Readonly<Record<string, Json>>;

/** A sweep that dies away twice a second, over a little noise: loud and soft, high and low. */
function sound(rateHz: number, samples: number, channels = 1, seed = 1): AudioValue {
  let state = seed;
  const noise = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x40000000 - 1;
  };
  const channel = (c: number) =>
    Float32Array.from({ length: samples }, (_, i) => {
      const t = i / rateHz;
      const tone = Math.sin(2 * Math.PI * (220 + 300 * c + 700 * t * seed) * t);
      return 0.4 * tone * Math.exp(-(t % 0.5) * 6) + 0.01 * noise();
    });
  return { kind: 'audio', sampleRateHz: rateHz, channels: Array.from({ length: channels }, (_, c) => channel(c)) };
}

const speech = (seed: number) => sound(16000, 16000, 1, seed);
const stereo = (seed: number) => sound(44100, 44100, 2, seed);

/** Two different sounds in one batch, with everything known of them, and with neither length nor channels known. */
async function both(node: NodeDefinition, params: Params, make: (seed: number) => AudioValue): Promise<void> {
  const items = [1, 2].map((seed) => ({ audio: make(seed) }));
  await expectLoweredItems(node, { params }, items);
  const { sampleRateHz, channels } = items[0].audio;
  const single = node.inputs({ ...params }, {})['audio']?.want.channels === 1 || channels.length === 1;
  const audio: WireType = { kind: 'audio', sequence: one, sampleRateHz, channels: single ? 1 : null, samples: null };
  await expectLoweredItems(node, { params, types: { audio } }, items);
}

const refused = (node: NodeDefinition, params: Params, audio: AudioValue) =>
  rejects(() => runLowered(node, { params, inputs: { audio }, outputs: { audio } }), 'not-lowerable');

describe('levels and lengths as operators', () => {
  it('audio.mono', async () => {
    for (const channel of [0, 1, 2]) await both(mono, { channel }, stereo);
    await both(mono, {}, speech);
    await both(mono, {}, (seed) => sound(48000, 4800, 6, seed));
  });
  it('audio.normalise, and silence', async () => {
    for (const measure of ['peak', 'rms', 'variance', 'gain'])
      for (const levelDb of [0, -20]) {
        await both(normalise, { measure, levelDb }, stereo);
        const quiet: AudioValue = { kind: 'audio', sampleRateHz: 16000, channels: [new Float32Array(1000)] };
        await expectLoweredItems(normalise, { params: { measure, levelDb } }, [
          { audio: quiet },
          { audio: sound(16000, 1000) },
        ]);
      }
  });
  it('audio.preEmphasis, of one sample too', async () => {
    for (const start of ['extrapolate', 'repeat', 'zero'])
      for (const coefficient of [0.97, 0, 1]) {
        await both(preEmphasis, { start, coefficient }, stereo);
        await both(preEmphasis, { start, coefficient }, (seed) => sound(8000, 1, 1, seed));
        await both(preEmphasis, { start, coefficient }, (seed) => sound(8000, 2, 2, seed));
      }
  });
  it('audio.fixLength, longer, shorter and as it is', async () => {
    for (const where of ['end', 'both'])
      for (const length of [1, 999, 1000, 1001, 1003, 2000])
        await both(fixLength, { length, unit: 'samples', where }, (seed) => sound(16000, 1000, 2, seed));
    await both(fixLength, { length: 0.75, where: 'both' }, stereo);
  });
  it('audio.trim, by time and by silence', async () => {
    const pieces: readonly Params[] = [
      { startSeconds: 0.25 },
      { startSeconds: 0.25, durationSeconds: 0.5 },
      { durationSeconds: 2 },
      {},
    ];
    for (const params of pieces) await both(trim, params, stereo);
    const short = sound(16000, 100);
    await refused(trim, { startSeconds: 0.01 }, short);
    const call = { inputs: { audio: short }, outputs: { audio: short }, params: { startSeconds: 0.01 } };
    const types = { audio: { ...typeOf(short), samples: null } as WireType };
    expect((await runLowered(trim, { ...call, types }, 2)).present).toEqual([{ audio: false }, { audio: false }]);
    const gaps = (seed: number, samples = 30000, channels = 2): AudioValue => {
      const { sampleRateHz, channels: all } = sound(16000, samples, channels, seed);
      return {
        kind: 'audio',
        sampleRateHz,
        channels: all.map((x, c) => x.map((v, i) => (i < 5000 + 900 * c || i > samples - 8000 ? v * 1e-4 : v))),
      };
    };
    for (const silenceDb of [1, 20, 60, 120])
      for (const audio of [gaps(1), gaps(2, 20480, 1), sound(16000, 100), sound(16000, 513), stereo(1)])
        for (const startSeconds of [0, 0.001]) {
          await expectLoweredItems(trim, { params: { silenceDb, startSeconds } }, [{ audio }]);
          const types = { audio: { ...typeOf(audio), samples: null } as WireType };
          await expectLoweredItems(trim, { params: { silenceDb, startSeconds }, types }, [{ audio }]);
        }
    const quiet: AudioValue = { kind: 'audio', sampleRateHz: 16000, channels: [new Float32Array(3000)] };
    await expectLoweredItems(trim, { params: { silenceDb: 60 } }, [{ audio: quiet }]);
    const { oneItemBecause } = await runLowered(
      trim,
      { params: { silenceDb: 60 }, inputs: { audio: quiet }, outputs: { audio: quiet } },
      3,
    );
    expect(oneItemBecause[0]).toMatch(/another length/);
  });
  it('audio.toTensor', async () => {
    await both(toTensor, {}, speech);
    for (const layout of ['[channels, samples]', '[1, channels, samples]']) await both(toTensor, { layout }, stereo);
  });
});

describe('audio.resample as one Conv', () => {
  it.each([
    [44100, 16000],
    [48000, 16000],
    [16000, 48000],
    [22050, 44100],
    [8000, 11025],
    [16000, 16000],
  ])('%i to %i Hz by every filter', async (from, to) => {
    for (const quality of ['high', 'fast', 'scipy'])
      for (const samples of [from / 5, 1, 7])
        await both(resample, { sampleRateHz: to, quality }, (seed) => sound(from, samples, 2, seed));
    await both(resample, { sampleRateHz: to }, (seed) => sound(from, from, 1, seed));
  });
  it('refuses rates of an odd ratio', async () => {
    const problem = await refused(resample, { sampleRateHz: 44099 }, sound(44100, 10));
    expect(problem.message).toMatch(/44099:44100/);
  });
});

describe('audio.frame as operators', () => {
  it('cuts and weighs as the node does', async () => {
    for (const pad of ['none', 'zero', 'reflect']) {
      await both(frame, { pad }, speech);
      await both(frame, { pad, frameLength: 37, hop: 11, window: 'blackman' }, speech);
      await both(frame, { pad, frameLength: 512, hop: 700, window: 'rectangular' }, speech);
      await both(frame, { pad, frameLength: 400 }, (seed) => sound(16000, 400, 1, seed));
    }
  });
  it('refuses a sound that is known to be too short, as the node does', async () => {
    const audio = sound(16000, 100);
    await rejects(() => runLowered(frame, { inputs: { audio }, outputs: { frames: audio } }), 'value-shape');
    await rejects(() => callNode(frame, { inputs: { audio } }), 'value-shape');
  });
});

describe('audio.stft as operators', () => {
  it.each(['magnitude', 'power', 'complex'])('%s, in one step and in two, whatever the window', async (form) => {
    const shapes: readonly Params[] = [
      {},
      { pad: 'none' },
      { pad: 'zero', fftLength: 512, windowLength: 400, hop: 100 },
      { pad: 'reflect', fftLength: 401, windowLength: 7, window: 'hamming' },
      { pad: 'none', fftLength: 256, windowLength: 101, hop: 300 },
      { pad: 'reflect', fftLength: 2048, hop: 512 },
      { pad: 'zero', fftLength: 1024, windowLength: 600, hop: 257, window: 'bartlett' },
      { pad: 'none', fftLength: 1155, hop: 400 },
    ];
    for (const params of shapes) await both(stft, { ...params, form }, (seed) => sound(16000, 6000, 2, seed));
    await both(stft, { form }, speech);
  });
  it('shorter than a frame', async () => {
    for (const fftLength of [400, 2048])
      for (const samples of [1, 300])
        await both(stft, { pad: 'zero', fftLength }, (seed) => sound(16000, samples, 1, seed));
    await both(stft, { pad: 'reflect' }, (seed) => sound(16000, 201, 1, seed));
  });
  it('a sound too short to be mirrored is refused, whatever the window', async () => {
    const audio = sound(16000, 150);
    for (const fftLength of [400, 2048]) {
      const params = { fftLength, windowLength: 100 };
      await rejects(() => callNode(stft, { params, inputs: { audio } }), 'value-shape');
      await rejects(() => runLowered(stft, { params, inputs: { audio }, outputs: { spectrum: audio } }), 'value-shape');
      const types = { audio: { ...typeOf(audio), samples: null } as WireType };
      const open = runLowered(stft, { params, inputs: { audio }, outputs: { spectrum: audio }, types });
      await expect(open).rejects.toThrow(/exceeds maximum/);
    }
  });
  it('takes lengths apart where that is less work', () => {
    expect(factorsOf(400)).toBeNull();
    expect(factorsOf(2048)).toEqual({ a: 64, b: 32 });
    expect(factorsOf(1031)).toBeNull();
    expect(factorsOf(2062)).toBeNull();
  });
  it('refuses a prime length that would fill the file', async () => {
    const problem = await refused(stft, { fftLength: 65537, pad: 'none', hop: 65537 }, sound(16000, 70000));
    expect(problem.message).toMatch(/65537/);
  });
});

describe('mel spectra as operators', () => {
  it('audio.mel', async () => {
    await both(mel, {}, stereo);
    const all: readonly Params[] = [
      { fftLength: 400, hop: 160, mels: 80 },
      { fftLength: 1024, windowLength: 800, mels: 40, minHz: 100, maxHz: 6000, scale: 'htk', norm: 'none' },
      { fftLength: 2048, pad: 'none', mels: 64, minHz: 300 },
    ];
    for (const power of ['1', '2']) for (const params of all) await both(mel, { ...params, power }, speech);
  });
  it("audio.logMel by Whisper's definition", async () => {
    await both(logMel, {}, speech);
    await both(logMel, { padSeconds: null, mels: 128 }, speech);
    await both(logMel, { padSeconds: 0.5, batchAxis: true }, speech);
    await both(logMel, { padSeconds: null }, (seed) => sound(16000, 16079, 1, seed));
    await both(logMel, { padSeconds: 1 }, (seed) => sound(16000, 37, 1, seed));
    const quiet: AudioValue = { kind: 'audio', sampleRateHz: 16000, channels: [new Float32Array(16000)] };
    await expectLoweredItems(logMel, { params: { padSeconds: 1 } }, [{ audio: quiet }, { audio: speech(1) }]);
  });
  it("audio.logMel by librosa's definition, each channel against its own largest", async () => {
    const loud = (seed: number): AudioValue => {
      const { channels, ...rest } = stereo(seed);
      return { ...rest, channels: [channels[0], channels[1].map((x) => x * 1e-3)] };
    };
    const all: readonly Params[] = [
      {},
      { reference: 'largest' },
      { topDb: 30, batchAxis: true },
      { reference: 'largest', topDb: 20, fftLength: 512, hop: 128, mels: 40 },
    ];
    for (const params of all) await both(logMel, { definition: 'librosa', ...params }, loud);
    await both(logMel, { definition: 'librosa', topDb: null, floor: 1e-6, pad: 'reflect' }, speech);
  });
  it('audio.mfcc', async () => {
    await both(mfcc, {}, stereo);
    await both(mfcc, { coefficients: 13, mels: 40, fftLength: 512, hop: 160, lifter: 22, pad: 'reflect' }, speech);
    await both(mfcc, { fftLength: 400, hop: 160, mels: 64, maxHz: 7600, scale: 'htk', pad: 'none' }, speech);
  });
});
