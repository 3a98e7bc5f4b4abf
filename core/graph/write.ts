import type { Json } from '../kinds/value.ts';
import type { PipelineDocument } from './document.ts';

/** The document as text: keys in a stable order, one line group per node and one line per wire, so that a diff reads well. */
export function writeDocument(document: PipelineDocument): string {
  const parts: string[] = [line('schemaVersion', document.schemaVersion), line('name', document.name)];
  if (document.description !== undefined) parts.push(line('description', document.description));
  parts.push(table('inputs', document.inputs), table('outputs', document.outputs));
  parts.push(
    list(
      'nodes',
      document.nodes.map((node) =>
        block([
          line('id', node.id),
          line('type', `${node.type}@${node.version}`),
          ...(node.label === undefined ? [] : [line('label', node.label)]),
          ...(node.disabled === undefined ? [] : [line('disabled', node.disabled)]),
          ...(Object.keys(node.params).length === 0 ? [] : [paramsLine(node.params)]),
          line('position', { x: node.position.x, y: node.position.y }),
        ]),
      ),
    ),
    list(
      'wires',
      document.wires.map((wire) => inline({ from: wire.from, to: wire.to })),
    ),
  );
  if (document.groups.length > 0)
    parts.push(
      list(
        'groups',
        document.groups.map((g) => inline(pick(g, ['id', 'title', 'nodes', 'collapsed']))),
      ),
    );
  if (document.notes.length > 0)
    parts.push(
      list(
        'notes',
        document.notes.map((n) => inline(pick(n, ['id', 'text', 'position', 'size']))),
      ),
    );
  if (document.files.length > 0)
    parts.push(
      list(
        'files',
        document.files.map((f) => inline(pick(f, ['path', 'sha256', 'licence', 'source']))),
      ),
    );
  return `{\n  ${parts.join(',\n  ')}\n}\n`;
}

function pick<T extends object>(from: T, keys: readonly (keyof T & string)[]): Readonly<Record<string, Json>> {
  const picked: Record<string, Json> = {};
  for (const key of keys) if (from[key] !== undefined) picked[key] = from[key] as Json;
  return picked;
}

function line(key: string, value: Json): string {
  return `${JSON.stringify(key)}: ${inline(value)}`;
}

function paramsLine(params: Readonly<Record<string, Json>>): string {
  const keys = Object.keys(params).sort();
  return `"params": {\n        ${keys.map((key) => line(key, params[key])).join(',\n        ')}\n      }`;
}

function block(lines: readonly string[]): string {
  return `{\n      ${lines.join(',\n      ')}\n    }`;
}

function list(key: string, items: readonly string[]): string {
  return items.length === 0 ? `"${key}": []` : `"${key}": [\n    ${items.join(',\n    ')}\n  ]`;
}

function table(key: string, entries: Readonly<Record<string, object>>): string {
  const names = Object.keys(entries);
  if (names.length === 0) return `"${key}": {}`;
  return `"${key}": {\n    ${names.map((name) => line(name, entries[name] as Json)).join(',\n    ')}\n  }`;
}

/** One line, a space after each comma and colon; keeps -0, which JSON.stringify would lose. */
export function inline(value: Json): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : JSON.stringify(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((v) => inline(v as Json)).join(', ')}]`;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([k, v]) => `${JSON.stringify(k)}: ${inline(v as Json)}`).join(', ')} }`;
}
