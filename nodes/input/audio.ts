import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { missingInput, optionalDoc, wrongKind } from '../kernels/inputGiven.ts';

export const audio = defineNode({
  type: 'input.audio',
  version: 1,
  title: 'Audio input',
  summary: 'Takes a sound from outside: WAV, FLAC, MP3, Ogg, AAC, or the sound of a video.',
  keywords: ['sound', 'wav', 'mp3', 'speech', 'microphone', 'music'],
  details: 'The sound keeps its own rate and channels: put "Resample" and "Mix to mono" behind it for a model.',
  inputs: {},
  outputs: { audio: port.audio({ doc: 'The decoded sound.' }) },
  params: {
    file: p.file({ role: 'media', optional: true, doc: 'Sample sound, used when a run gives none.' }),
    optional: p.boolean({ default: false, doc: optionalDoc }),
  },
  external: 'audio',
  infer: () => ({ audio: anyType.audio }),
  run: async ({ params, external, host, signal }) => {
    if (external?.kind === 'audio') return { audio: external };
    if (external?.kind === 'media') return { audio: await host.audio.decode(external, signal) };
    if (external !== null) throw wrongKind('audio', external.kind);
    if (params.file === '') throw missingInput('audio', params.optional);
    return { audio: await host.audio.decode({ kind: 'media', path: params.file, name: params.file }, signal) };
  },
  examples: [
    {
      title: 'Sound that is decoded already goes through',
      inputs: { $external: { kind: 'audio', sampleRateHz: 16000, channels: [Float32Array.of(0, 0.25)] } },
      outputs: { audio: { kind: 'audio', sampleRateHz: 16000, channels: [Float32Array.of(0, 0.25)] } },
    },
  ],
});
