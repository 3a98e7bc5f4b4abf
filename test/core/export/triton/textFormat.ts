import {
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type MessageShape,
  ScalarType,
} from '@bufbuild/protobuf';

/**
 * Reads a message of protobuf's text format, strictly: names as the .proto file has them, each single field once, values of
 * the field's own type (https://protobuf.dev/reference/protobuf/textformat-spec/).
 */
export function parseTextFormat<D extends DescMessage>(schema: D, text: string): MessageShape<D> {
  const reader = new Reader(tokensOf(text));
  const json = messageOf(schema, reader, null);
  return fromJson(schema, json);
}

interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'sign';
  readonly text: string;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const pattern =
    /(?<space>[ \t\r\n]+|#[^\n]*)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<number>-?(?:\d+\.?\d*(?:[eE][+-]?\d+)?))|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<sign>[{}[\]<>:,;])/suy;
  while (at < text.length) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.groups;
    if (found === undefined) throw new Error(`Not text format: ${JSON.stringify(text.slice(at, at + 40))}`);
    at = pattern.lastIndex;
    for (const kind of ['name', 'number', 'string', 'sign'] as const)
      if (found[kind] !== undefined) tokens.push({ kind, text: found[kind] });
  }
  return tokens;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }
  peek(): Token | undefined {
    return this.#tokens[this.#at];
  }
  next(): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error('The text ends too early.');
    return token;
  }
  take(sign: string): boolean {
    const token = this.peek();
    const found = token?.kind === 'sign' && token.text === sign;
    if (found) this.#at++;
    return found;
  }
  expect(sign: string): void {
    if (!this.take(sign)) throw new Error(`"${sign}" expected, not ${JSON.stringify(this.peek()?.text)}.`);
  }
}

function messageOf(schema: DescMessage, reader: Reader, end: string | null): JsonObject {
  const json: JsonObject = {};
  const chosen = new Set<string>();
  while (end === null ? reader.peek() !== undefined : !reader.take(end)) {
    const { kind, text } = reader.next();
    const field = kind === 'name' ? schema.fields.find(({ name }) => name === text) : undefined;
    if (field === undefined) throw new Error(`${schema.typeName} has no field "${text}".`);
    const oneof = field.oneof?.name;
    const twice = oneof !== undefined && chosen.has(oneof);
    if (oneof !== undefined) chosen.add(oneof);
    if (twice || (Object.hasOwn(json, text) && field.fieldKind !== 'list' && field.fieldKind !== 'map'))
      throw new Error(`"${text}" stands twice in ${schema.typeName}.`);
    const isMessage = field.message !== undefined || field.fieldKind === 'map';
    if (!reader.take(':') && !isMessage) throw new Error(`":" expected behind "${text}".`);
    const values = listOrOne(field, reader);
    if (field.fieldKind === 'list') json[text] = [...((json[text] as JsonValue[] | undefined) ?? []), ...values];
    else if (field.fieldKind === 'map')
      json[text] = { ...((json[text] as JsonObject | undefined) ?? {}), ...entriesOf(values) };
    else [json[text]] = values;
    if (!reader.take(',')) reader.take(';');
  }
  return json;
}

function listOrOne(field: DescField, reader: Reader): readonly JsonValue[] {
  if (!reader.take('[')) return [readValue(field, reader)];
  if (field.fieldKind !== 'list' && field.fieldKind !== 'map') throw new Error(`"${field.name}" is no list.`);
  const values: JsonValue[] = [];
  while (!reader.take(']')) {
    if (values.length > 0) reader.expect(',');
    values.push(readValue(field, reader));
  }
  return values;
}

function entriesOf(entries: readonly JsonValue[]): JsonObject {
  return Object.fromEntries(
    entries.map((entry) => {
      const { key, value } = entry as { readonly key?: string; readonly value?: JsonValue };
      return [key ?? '', value ?? ''];
    }),
  );
}

function readValue(field: DescField, reader: Reader): JsonValue {
  if (field.fieldKind === 'map') return entryOf(field, reader);
  if (field.message !== undefined) return nestedOf(field.message, reader);
  if (field.enum !== undefined) return wordOf(field, reader);
  return scalarOf(field.scalar, field.name, reader);
}

function nestedOf(schema: DescMessage, reader: Reader): JsonObject {
  if (reader.take('<')) return messageOf(schema, reader, '>');
  reader.expect('{');
  return messageOf(schema, reader, '}');
}

function entryOf(field: DescField & { fieldKind: 'map' }, reader: Reader): JsonObject {
  reader.expect('{');
  const json: JsonObject = {};
  while (!reader.take('}')) {
    const { text } = reader.next();
    if ((text !== 'key' && text !== 'value') || Object.hasOwn(json, text))
      throw new Error(`An entry of "${field.name}" has a key and a value, not "${text}".`);
    const nested = text === 'value' ? field.message : undefined;
    if (!reader.take(':') && nested === undefined) throw new Error(`":" expected behind "${text}".`);
    const scalar = text === 'key' ? field.mapKey : (field.scalar ?? ScalarType.STRING);
    json[text] = nested === undefined ? scalarOf(scalar, field.name, reader) : nestedOf(nested, reader);
    if (!reader.take(',')) reader.take(';');
  }
  return json;
}

function wordOf(field: DescField, reader: Reader): string {
  const { kind, text } = reader.next();
  if (kind !== 'name' || field.enum?.values.every(({ name }) => name !== text) !== false)
    throw new Error(`"${field.name}" cannot be ${text}.`);
  return text;
}

function scalarOf(scalar: ScalarType | undefined, name: string, reader: Reader): JsonValue {
  const { kind, text } = reader.next();
  if (scalar === ScalarType.STRING) {
    if (kind !== 'string') throw new Error(`"${name}" is a string, not ${text}.`);
    let whole = unquoted(text);
    while (reader.peek()?.kind === 'string') whole += unquoted(reader.next().text);
    return whole;
  }
  if (scalar === ScalarType.BOOL) {
    if (text !== 'true' && text !== 'false') throw new Error(`"${name}" is true or false, not ${text}.`);
    return text === 'true';
  }
  if (kind !== 'number') throw new Error(`"${name}" is a number, not ${text}.`);
  return scalar === ScalarType.FLOAT || scalar === ScalarType.DOUBLE ? Number(text) : text;
}

const escapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '?': 63,
  '\\': 92,
  "'": 39,
  '"': 34,
};

function unquoted(text: string): string {
  const bytes: number[] = [];
  const pattern = /\\([0-7]{1,3})|\\x([0-9A-Fa-f]{1,2})|\\(.)|([^\\]+)/suy;
  const inner = text.slice(1, -1);
  for (let at = 0; at < inner.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const [, octal, hex, letter, plain] = pattern.exec(inner) ?? [];
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (plain !== undefined) bytes.push(...new TextEncoder().encode(plain));
    else if (letter !== undefined && Object.hasOwn(escapes, letter)) bytes.push(escapes[letter]);
    else throw new Error(`Not an escape: ${inner.slice(at, at + 4)}`);
  }
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
