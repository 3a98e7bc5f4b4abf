import type { Json } from '../../core/kinds/value.ts';

export type TemplatePiece =
  | { readonly piece: 'text'; readonly text: string }
  /** A value, or with `path` what lies inside its JSON. */
  | { readonly piece: 'slot'; readonly name: string; readonly path: readonly string[] };

/** `A {question} about {meta.title}`; `{{` and `}}` stand for braces. A fault says what is wrong and where. */
export function parseTemplate(
  template: string,
): { readonly pieces: readonly TemplatePiece[] } | { readonly fault: string } {
  const pieces: TemplatePiece[] = [];
  let text = '';
  for (let i = 0; i < template.length; i++) {
    const character = template[i];
    if ((character === '{' || character === '}') && template[i + 1] === character) {
      text += character;
      i++;
    } else if (character === '}') return { fault: `a } without { stands at position ${i}; write }} for a brace` };
    else if (character === '{') {
      const end = template.indexOf('}', i);
      const inner = end === -1 ? '' : template.slice(i + 1, end).trim();
      if (!/^[A-Za-z_][\w-]*(\.[\w-]+)*$/.test(inner))
        return { fault: `no name follows the { at position ${i}; write {{ for a brace` };
      if (text !== '') pieces.push({ piece: 'text', text });
      text = '';
      const [name, ...path] = inner.split('.');
      pieces.push({ piece: 'slot', name, path });
      i = end;
    } else text += character;
  }
  if (text !== '') pieces.push({ piece: 'text', text });
  return { pieces };
}

/** What lies at a path of keys and positions; undefined when nothing does. */
export function jsonAt(json: Json, path: readonly string[]): Json | undefined {
  let at: Json = json;
  for (const key of path) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, key)) return undefined;
    const inner: Json | undefined = Object.entries<Json>(at).find(([name]) => name === key)?.[1];
    if (inner === undefined) return undefined;
    at = inner;
  }
  return at;
}

/** Text as it is; other JSON as JSON text. */
export function jsonAsText(json: Json): string {
  return typeof json === 'string' ? json : JSON.stringify(json);
}
