export function bullets(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `- ${line}`);
}

/** Commands that a person copies. They hold only names that were made for systems, never a text that a person chose. */
export function commands(lines: readonly string[]): readonly string[] {
  return ['```sh', ...lines, '```'];
}

export function page(lines: readonly string[]): string {
  return `${lines.join('\n').trimEnd()}\n`;
}
