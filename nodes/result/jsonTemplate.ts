import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { type PortSpec, port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import type { Kind } from '../../core/kinds/value.ts';
import { fillPlaces, placeNames } from '../kernels/jsonPlaces.ts';
import { valueJson } from '../kernels/valueJson.ts';

export const jsonTemplate = defineNode({
  type: 'result.jsonTemplate',
  version: 1,
  title: 'JSON template',
  summary: 'Builds one JSON answer from values of any kinds, by a template with places like {scores.label}.',
  keywords: ['json', 'format', 'answer', 'response', 'combine', 'report'],
  details:
    'A text that is one place and nothing else becomes the value itself, with its type; inside longer text it becomes text. {{ and }} are plain braces; {name.path?} gives null when nothing is there. Scores: {name.label}, {name.score}, {name.classes.0.label}, best first. Boxes: {name.count}, {name.boxes.0.x1}. Tensors and embeddings: {name.data}. Pictures, sound and masks: their measures.',
  inputs: (params): Readonly<Record<string, PortSpec<Kind, boolean>>> =>
    Object.fromEntries(
      params.names.map((name) => [
        name,
        params.whenMissing === 'null'
          ? port.any({ missing: 'accept', doc: `The value "${name}".` })
          : port.any({ doc: `The value "${name}".` }),
      ]),
    ),
  outputs: { json: port.json({ doc: 'The template with its places filled.' }) },
  params: {
    names: p.names({ default: ['value'], minLength: 1, maxLength: 32, doc: 'One input port per name.' }),
    template: p.json({
      default: null,
      doc: 'Any JSON with places in its texts. null: an object of all values by name.',
    }),
    whenMissing: p.choice(['fail', 'null'], {
      default: 'fail',
      doc: 'What a missing modality does.',
      choiceDocs: ['The answer is missing too.', 'Its value is null; ask for parts of it with {name.path?}.'],
    }),
    maxNumbers: p.int({
      default: 10_000,
      min: 1,
      max: 10_000_000,
      unit: 'numbers',
      doc: 'Most numbers of one tensor or embedding.',
      advanced: true,
    }),
  },
  infer: ({ params, report }) => {
    for (const name of placeNames(params.template)) {
      if (params.names.includes(name)) continue;
      report('param-invalid', {
        message: `The template asks for {${name}}, but there is no such input; there is ${params.names.join(', ')}.`,
        fix: `Add "${name}" to the names, or write {{${name}}} for plain braces.`,
        where: { param: 'template' },
        mend: { setParam: { name: 'names', value: [...params.names, name] } },
      });
    }
    return { json: anyType.json };
  },
  run: ({ inputs, params }) => {
    const values = Object.fromEntries(
      params.names.map((name) => {
        const value = inputs[name];
        return [name, value === undefined ? null : valueJson(value, name, params.maxNumbers)];
      }),
    );
    return { json: { kind: 'json', json: params.template === null ? values : fillPlaces(params.template, values) } };
  },
  examples: [
    {
      title: 'An answer from scores and text',
      params: {
        names: ['scores', 'caption'],
        template: { animal: '{scores.label}', score: '{scores.score}', says: 'A {scores.label}: {caption}' },
      },
      inputs: {
        scores: { kind: 'scores', data: Float32Array.of(0.25, 0.75), labels: ['cat', 'dog'], form: 'probabilities' },
        caption: { kind: 'text', text: 'good boy' },
      },
      outputs: { json: { kind: 'json', json: { animal: 'dog', score: 0.75, says: 'A dog: good boy' } } },
    },
  ],
});
