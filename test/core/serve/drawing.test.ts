import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkDocument } from '../../../core/check/check.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import { escaped, pipelineDrawing } from '../../../core/serve/drawing.ts';
import { openApiOf } from '../../../core/serve/openapi.ts';
import { servedName } from '../../../core/serve/servedName.ts';
import { signatureOf } from '../../../core/serve/signature.ts';
import { builtinNodes } from '../../../nodes/registry.ts';
import { pipeline } from '../pipelines.ts';

const document = pipeline(
  {
    ask: 'input.text',
    tidy: 'text.normalise',
    loud: 'text.normalise',
    out: 'output.text',
    photo: 'input.image',
    small: ['image.resize', { width: 8, height: 8 }],
    seen: 'output.image',
  },
  [
    'ask.text > tidy.text',
    'tidy.text > loud.text',
    'loud.text > out.value',
    'photo.image > small.image',
    'small.image > seen.value',
  ],
);

function checked(label?: string) {
  const nodes = document.nodes.map((node) => (node.id === 'tidy' && label !== undefined ? { ...node, label } : node));
  return checkDocument({ ...document, nodes, name: label ?? 'test' }, makeRegistry(builtinNodes), () => undefined);
}

it('draws every node where it stands and every wire in the colour of its kind', () => {
  const svg = pipelineDrawing(checked());
  expect(svg.match(/<g class="card/g)?.length).toBe(7);
  expect(svg.match(/<path class="wire kind-text"/g)?.length).toBe(3);
  expect(svg.match(/<path class="wire kind-image"/g)?.length).toBe(2);
  for (let i = 0; i < 7; i++) expect(svg).toContain(`<rect x="${i * 200}" y="0"`);
});

it('escapes whatever people have named, so that nothing of it is markup', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('<b>"\'&', '</svg><script>', '&lt;', '\u202e'));
  fc.assert(
    fc.property(text, (name) => {
      const safe = escaped(name);
      expect(safe).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      const back = safe
        .replaceAll('&#39;', "'")
        .replaceAll('&quot;', '"')
        .replaceAll('&gt;', '>')
        .replaceAll('&lt;', '<')
        .replaceAll('&amp;', '&');
      expect(escaped(back)).toBe(safe);
      expect(name.length - back.length).toBe(
        name.match(/[\0-\x08\v\f\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]/g)?.length ?? 0,
      );
      const svg = pipelineDrawing(checked(name));
      expect(svg.match(/<[a-z]+/g)?.filter((tag) => !/^<(svg|g|rect|path|circle|text|title)$/.test(tag))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it('a served name is fit for an address whatever the title is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (title) => {
      expect(servedName(title)).toMatch(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/);
    }),
  );
  expect([servedName('Événements à la Une!'), servedName('図'), servedName('no')]).toEqual([
    'evenements-a-la-une',
    'pipeline',
    'no',
  ]);
});

it('OpenAPI: names from a document stay values and keys, and no two operations have one id', () => {
  const signature = signatureOf(checked('{{}} `$(x)` \n #'));
  const described = JSON.parse(JSON.stringify(openApiOf([{ name: 'a-b', version: '1', signature }], '0.1.0')));
  expect(described.info.title).toBe('{{}} `$(x)` \n #');
  expect(Object.keys(described.paths)).toEqual(['/predict', '/v1/pipelines/a-b/predict', '/livez', '/readyz']);
  const { content } = described.paths['/predict'].post.requestBody;
  expect(Object.keys(content)).toEqual(['multipart/form-data', 'application/json']);
  expect(Object.keys(content['multipart/form-data'].schema.properties)).toEqual(['ask', 'photo']);
  const ids = Object.values<Record<string, { operationId: string }>>(described.paths).flatMap((methods) =>
    Object.values(methods).map((operation) => operation.operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});
