/** What the terminal can show. Decided once from the environment, so that output to files and pipes is plain. */
export interface Terminal {
  readonly colour: boolean;
  readonly unicode: boolean;
  /** Columns; 80 when unknown. */
  readonly width: number;
  readonly interactive: boolean;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export function terminalOf(stream: Stream, env: Readonly<Record<string, string | undefined>>): Terminal {
  const interactive = stream.isTTY === true;
  const dumb = env['TERM'] === 'dumb';
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const colour = env['NO_COLOR'] === undefined || env['NO_COLOR'] === '' ? forced || (interactive && !dumb) : false;
  return {
    colour,
    unicode: speaksUtf8(env),
    width: Math.max(40, Math.min(stream.columns ?? 80, 120)),
    interactive: interactive && !dumb,
  };
}

function speaksUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  if (process.platform === 'win32') return env['WT_SESSION'] !== undefined || env['TERM_PROGRAM'] === 'vscode';
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  // No locale at all is common in containers, whose terminals are UTF-8; "C" and "POSIX" ask for plain ASCII.
  return locale === '' || /utf-?8/i.test(locale);
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Text in a style where colours are shown, else as it is. */
export function styled(terminal: Terminal, style: keyof typeof codes, text: string): string {
  return terminal.colour ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}

/** Signs, with what stands for them on terminals without Unicode. */
export function sign(terminal: Terminal, name: 'cross' | 'tick' | 'warning' | 'dot' | 'arrow'): string {
  const signs = { cross: '✗', tick: '✓', warning: '!', dot: '·', arrow: '→' };
  const plain = { cross: 'x', tick: 'ok', warning: '!', dot: '-', arrow: '->' };
  return (terminal.unicode ? signs : plain)[name];
}

/** A bar of `width` cells, `share` of it filled (0..1, held to that). */
export function bar(terminal: Terminal, share: number, width: number): string {
  const held = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  const filled = Math.round(held * width);
  const [full, empty] = terminal.unicode ? ['█', '░'] : ['#', '.'];
  return full.repeat(filled) + empty.repeat(width - filled);
}

/**
 * Text from labels, files and documents made safe to print: control characters (which could steer the terminal),
 * direction marks and zero-width characters are shown as escapes; `\n` and tab stay.
 */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `printable` on one line, cut to `limit` characters. */
export function printableLine(text: string, limit = 200): string {
  const line = printable(text).replace(/[\n\t]+/g, ' ');
  return line.length > limit ? `${line.slice(0, limit - 3)}...` : line;
}

/** Columns that a text takes: wide East Asian letters and emoji take two, marks that combine none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (/\p{M}/u.test(char)) continue;
    columns += isWide(code) ? 2 : 1;
  }
  return columns;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}

export function padRight(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

/** Rows as a table: columns as wide as their widest cell; those in `right` stand to the right. */
export function tableLines(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, columnsOf(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, i) => (right.has(i) ? ' '.repeat(widths[i] - columnsOf(cell)) + cell : padRight(cell, widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
