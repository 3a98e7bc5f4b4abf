import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { missingInput, optionalDoc, wrongKind } from '../kernels/inputGiven.ts';

export const video = defineNode({
  type: 'input.video',
  version: 1,
  title: 'Video input',
  summary: 'Takes a video from outside: MP4, MOV, WebM, Matroska, AVI or MPEG-TS, with or without sound.',
  keywords: ['movie', 'clip', 'mp4', 'webm', 'camera'],
  details: 'The file is looked at, not decoded: frames and sound are pulled from it by the nodes behind.',
  inputs: {},
  outputs: { video: port.video({ doc: 'The video; its size is after rotation.' }) },
  params: {
    file: p.file({ role: 'media', optional: true, doc: 'Sample video, used when a run gives none.' }),
    optional: p.boolean({ default: false, doc: optionalDoc }),
  },
  external: 'video',
  infer: () => ({ video: anyType.video }),
  run: async ({ params, external, host, signal }) => {
    if (external?.kind === 'video') return { video: external };
    if (external?.kind === 'media') return { video: await host.video.probe(external, signal) };
    if (external !== null) throw wrongKind('video', external.kind);
    if (params.file === '') throw missingInput('video', params.optional);
    return { video: await host.video.probe({ kind: 'media', path: params.file, name: params.file }, signal) };
  },
  examples: [
    {
      title: 'A video that was looked at already goes through',
      inputs: {
        $external: {
          kind: 'video',
          source: { kind: 'media', path: 'clip.mp4', name: 'clip.mp4' },
          width: 640,
          height: 360,
          frameRateHz: 25,
          durationSeconds: 4,
          audio: null,
        },
      },
      outputs: {
        video: {
          kind: 'video',
          source: { kind: 'media', path: 'clip.mp4', name: 'clip.mp4' },
          width: 640,
          height: 360,
          frameRateHz: 25,
          durationSeconds: 4,
          audio: null,
        },
      },
    },
  ],
});
