import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import type { JsonValue, TextValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { jsonAsText, jsonAt, parseTemplate } from '../kernels/textTemplate.ts';
import { requireText } from '../kernels/utf8.ts';

/** What is wrong with the parameters, or null. */
function templateFault(template: string, names: readonly string[]): { message: string; fix: string } | null {
  const parsed = parseTemplate(template);
  if ('fault' in parsed) return { message: `The template cannot be read: ${parsed.fault}.`, fix: 'Mend the template.' };
  for (const piece of parsed.pieces) {
    if (piece.piece === 'slot' && !names.includes(piece.name))
      return {
        message: `The template uses {${piece.name}}, but the names are ${names.join(', ')}.`,
        fix: `Add "${piece.name}" to the names, or mend the template.`,
      };
  }
  return null;
}

function filled(name: string, path: readonly string[], value: TextValue | JsonValue): string {
  if (value.kind === 'text' && path.length === 0) return value.text;
  const found = value.kind === 'json' ? jsonAt(value.json, path) : undefined;
  if (found !== undefined) return jsonAsText(found);
  throw new Problem('value-invalid', {
    message: `"${name}" has nothing at "${path.join('.')}".`,
    fix: 'Check the names in the template against the JSON.',
    where: { port: name },
  });
}

export const template = defineNode({
  type: 'text.template',
  version: 1,
  title: 'Text template',
  summary: 'Puts texts and JSON values into a sentence, at named places in braces.',
  keywords: ['prompt', 'format', 'join', 'concatenate', 'f-string'],
  details:
    'A place is `{name}`, or `{name.key.0}` for what lies inside JSON. Text goes in as it is, other JSON as JSON text. Write `{{` and `}}` for braces.',
  inputs: ({ names }) =>
    Object.fromEntries(
      names.map((name) => [name, port.oneOf(['text', 'json'], { doc: `What goes in at {${name}}.` })]),
    ),
  outputs: { text: port.text({ doc: 'The filled template.' }) },
  params: {
    template: p.text({ default: 'A {text}', multiline: true, doc: 'The sentence, with a {name} at each place.' }),
    names: p.names({ default: ['text'], minLength: 1, maxLength: 64, doc: 'One input port per name.' }),
  },
  infer: ({ params, report }) => {
    const fault = templateFault(params.template, params.names);
    if (fault !== null) report('param-invalid', { ...fault, where: { param: 'template' } });
    return { text: anyType.text };
  },
  run: ({ inputs, params, host }) => {
    const fault = templateFault(params.template, params.names);
    const parsed = parseTemplate(params.template);
    if (fault !== null || 'fault' in parsed) throw new Problem('value-invalid', fault ?? { message: '', fix: '' });
    const text = parsed.pieces
      .map((piece) => (piece.piece === 'text' ? piece.text : filled(piece.name, piece.path, inputs[piece.name])))
      .join('');
    requireText(text, 'The filled template', host.limits.textCharacters);
    return { text: { kind: 'text', text } };
  },
  examples: [
    {
      title: 'A question about something in JSON',
      params: { template: 'Is there a {what} in {picture.title}? {{yes|no}}', names: ['what', 'picture'] },
      inputs: {
        what: { kind: 'text', text: 'dog' },
        picture: { kind: 'json', json: { title: 'Street, 1907', width: 640 } },
      },
      outputs: { text: { kind: 'text', text: 'Is there a dog in Street, 1907? {yes|no}' } },
    },
  ],
});
