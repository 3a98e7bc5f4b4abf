import { describe, expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import type { ProblemData } from '../../../core/problems/problem.ts';
import { problemData } from '../../../core/problems/problem.ts';
import { logMel } from '../../../nodes/audio/logMel.ts';
import { expectThin, floatsOf, recordedAudio, soundOf, speech, tensorOf } from '../../reference/audioCases.ts';
import { callNode, defaultParams, testNode } from '../../test-node.ts';

testNode(logMel);

describe('audio.logMel against what other libraries recorded', () => {
  const recorded = recordedAudio();
  const audio = speech();

  it('is WhisperFeatureExtractor on speech, 80 and 128 bands, padded to 30 s', async () => {
    for (const mels of [80, 128] as const) {
      const { logMel: out } = await callNode(logMel, { params: { mels }, inputs: { audio } });
      expect(tensorOf(out).shape).toEqual([1, mels, 3000]);
      expectThin(floatsOf(out), recorded.whisper[`${mels}`], 1e-4);
    }
  });

  it('is WhisperFeatureExtractor without padding', async () => {
    const { logMel: out } = await callNode(logMel, { params: { padSeconds: null }, inputs: { audio } });
    expect(tensorOf(out).shape).toEqual(recorded.whisper.unpadded.shape);
    expectThin(floatsOf(out), recorded.whisper.unpadded, 1e-4);
  });

  it('is melspectrogram and power_to_db of librosa', async () => {
    for (const { options, db, dbLargest } of recorded.librosa) {
      const params = {
        definition: 'librosa',
        sampleRateHz: 16000,
        fftLength: options['n_fft'],
        hop: options['hop_length'],
        mels: options['n_mels'],
        minHz: options['fmin'] ?? 0,
        maxHz: options['fmax'] ?? null,
        scale: options['htk'] ? 'htk' : 'slaney',
        norm: options['norm'] === 'none' ? 'none' : 'slaney',
        pad: options['center'] === false ? 'none' : options['pad_mode'] === 'reflect' ? 'reflect' : 'zero',
      };
      const { logMel: out } = await callNode(logMel, { params, inputs: { audio } });
      expect(tensorOf(out).shape).toEqual([1, ...db.shape]);
      expectThin(floatsOf(out), db, 5e-4);
      const against = { ...params, reference: 'largest', topDb: null, batchAxis: true };
      const { logMel: largest } = await callNode(logMel, { params: against, inputs: { audio } });
      expect(tensorOf(largest).shape).toEqual([1, 1, ...db.shape]);
      expectThin(floatsOf(largest), dbLargest, 5e-4);
    }
  });
});

describe('audio.logMel refuses', () => {
  it('another rate and more channels for Whisper, each with its mend', async () => {
    const at8k = { inputs: { audio: soundOf([new Float32Array(8000)], 8000) } };
    await expect(callNode(logMel, at8k)).rejects.toMatchObject({
      data: { code: 'wire-rate', mend: { insert: { type: 'audio.resample', params: { sampleRateHz: 16000 } } } },
    });
    const stereo = { inputs: { audio: soundOf([new Float32Array(8000), new Float32Array(8000)]) } };
    await expect(callNode(logMel, stereo)).rejects.toMatchObject({
      data: { code: 'value-shape', mend: { insert: { type: 'audio.mono' } } },
    });
  });

  it('sound that is too short for a frame', async () => {
    const call = { params: { padSeconds: null }, inputs: { audio: soundOf([new Float32Array(200)]) } };
    await expect(callNode(logMel, call)).rejects.toMatchObject({ data: { code: 'value-shape' } });
    const one = { params: { padSeconds: null }, inputs: { audio: soundOf([new Float32Array(201)]) } };
    expect(tensorOf((await callNode(logMel, one))['logMel']).shape).toEqual([1, 80, 1]);
  });

  it('a band above half the rate, before and during a run', async () => {
    const params = { definition: 'librosa', maxHz: 9000 };
    const problems: ProblemData[] = [];
    logMel.infer({
      inputs: { audio: { ...anyType.audio, sampleRateHz: 16000 } },
      params: defaultParams(logMel, params),
      files: {},
      dims: {},
      report: (code, init) => problems.push(problemData(code, init)),
    });
    expect(problems.map((x) => [x.code, x.severity, x.where.param])).toEqual([['param-invalid', 'error', 'maxHz']]);
    await expect(callNode(logMel, { params, inputs: { audio: speech() } })).rejects.toMatchObject({
      data: { code: 'value-invalid' },
    });
  });

  it('nothing, but warns of bands that no bin falls into', () => {
    const problems: ProblemData[] = [];
    logMel.infer({
      inputs: { audio: { ...anyType.audio, sampleRateHz: 44100 } },
      params: defaultParams(logMel, { definition: 'librosa', fftLength: 256 }),
      files: {},
      dims: {},
      report: (code, init) => problems.push(problemData(code, init)),
    });
    expect(problems.map((x) => [x.code, x.severity, x.where.param])).toEqual([['param-invalid', 'warning', 'mels']]);
  });
});

it('asks for 16 kHz and one channel only where the definition does', () => {
  const wants = (params: Parameters<typeof defaultParams>[1]) =>
    logMel.inputs(defaultParams(logMel, params), {})['audio'].want;
  expect(wants({})).toMatchObject({ sampleRateHz: 16000, channels: 1 });
  expect(wants({ definition: 'librosa', sampleRateHz: 22050 })).toEqual({ sampleRateHz: 22050 });
  expect(wants({ definition: 'librosa' }).sampleRateHz).toBeUndefined();
});
