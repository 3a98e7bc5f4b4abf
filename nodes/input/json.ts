import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { missingInput, optionalDoc, wrongKind } from '../kernels/inputGiven.ts';
import { jsonOfText, requireJson } from '../kernels/jsonText.ts';
import { textOfUtf8 } from '../kernels/utf8.ts';

export const json = defineNode({
  type: 'input.json',
  version: 1,
  title: 'JSON input',
  summary: 'Takes a JSON value from outside: as such, or from a file.',
  keywords: ['metadata', 'object', 'settings'],
  inputs: {},
  outputs: { json: port.json({ doc: 'The value.' }) },
  params: {
    sample: p.json({ default: null, doc: 'Sample value, used when a run gives none; null means no sample.' }),
    file: p.file({
      role: 'media',
      optional: true,
      doc: 'Sample JSON file, used when a run gives none and sample is null.',
    }),
    optional: p.boolean({ default: false, doc: optionalDoc }),
  },
  external: 'json',
  infer: () => ({ json: anyType.json }),
  run: async ({ params, external, host, signal }) => {
    const { jsonDepth, documentBytes } = host.limits;
    if (external?.kind === 'json') {
      requireJson(external.json, 'The JSON', jsonDepth);
      return { json: external };
    }
    if (external !== null && external.kind !== 'media') throw wrongKind('JSON', external.kind);
    if (external === null && params.sample !== null) return { json: { kind: 'json', json: params.sample } };
    if (external === null && params.file === '') throw missingInput('JSON', params.optional);
    const name = external?.name ?? params.file;
    const source = external ?? { kind: 'media' as const, path: params.file, name };
    const bytes = await host.files.sourceBytes(source, documentBytes, signal);
    return { json: { kind: 'json', json: jsonOfText(textOfUtf8(bytes, name), name, jsonDepth) } };
  },
  examples: [
    {
      title: 'The sample, when nothing is given',
      params: { sample: { labels: ['cat', 'dog'] } },
      inputs: {},
      outputs: { json: { kind: 'json', json: { labels: ['cat', 'dog'] } } },
    },
  ],
});
