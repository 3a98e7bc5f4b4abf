/** A word of an enumeration, which stands without quotes. */
export interface PbWord {
  readonly word: string;
}
/** A message: its fields in the order in which they are written. One that is undefined is left out. */
export type PbMessage = readonly (readonly [field: string, value: PbValue | undefined])[];
export interface PbNested {
  readonly message: PbMessage;
}
export type PbScalar = string | number | bigint | boolean | PbWord;
export type PbValue = PbScalar | PbNested | readonly PbScalar[] | readonly PbNested[];

/**
 * A message in protobuf's text format (https://protobuf.dev/reference/protobuf/textformat-spec/), one field a line. Strings
 * are escaped, so that whatever stands in them stays in them; field names and words are the caller's own.
 */
export function pbtxt(message: PbMessage): string {
  return linesOf(message)
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(message: PbMessage): readonly string[] {
  return message.flatMap(([field, value]) => (value === undefined ? [] : fieldLines(field, value)));
}

function fieldLines(field: string, value: PbValue): readonly string[] {
  if (isNested(value)) return block(field, value.message);
  if (!isList(value)) return [`${field}: ${scalar(value)}`];
  if (value.some(isNested)) return value.filter(isNested).flatMap(({ message }) => block(field, message));
  return [scalarList(field, value)];
}

function scalarList(field: string, value: readonly PbValue[]): string {
  const scalars = value.filter((one): one is PbScalar => !isNested(one) && !isList(one));
  return `${field}: [${scalars.map(scalar).join(', ')}]`;
}

function isNested(value: PbValue): value is PbNested {
  return typeof value === 'object' && 'message' in value;
}

function isList(value: PbValue): value is readonly PbScalar[] | readonly PbNested[] {
  return Array.isArray(value);
}

/** On one line where it is two short fields, such as an entry of a map. */
function block(field: string, message: PbMessage): readonly string[] {
  const inner = linesOf(message);
  const line = `${field} { ${inner.join(' ')} }`;
  const short = inner.length <= 2 && line.length <= mostLine && inner.every((one) => !one.endsWith('{'));
  return inner.length === 0 ? [`${field} {}`] : short ? [line] : [`${field} {`, ...inner.map((one) => `  ${one}`), '}'];
}

const mostLine = 110;

function scalar(value: PbScalar): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'object') return value.word;
  return String(value);
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };

/** Letters, numbers and signs of any script stand as they are; the rest goes by the octal escapes of its UTF-8 bytes. */
function quoted(text: string): string {
  const signs = Array.from(text, (sign) => {
    if (Object.hasOwn(short, sign)) return short[sign];
    if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(sign)) return sign;
    return Array.from(new TextEncoder().encode(sign), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  });
  return `"${signs.join('')}"`;
}
