/** One instruction of a Dockerfile, as data. Text that comes from people stands in labels and variables only, quoted. */
export type Instruction =
  | { readonly do: 'comment'; readonly text: string }
  | { readonly do: 'arg'; readonly name: string; readonly value: string }
  | { readonly do: 'from'; readonly arg: string; readonly as?: string }
  | { readonly do: 'run'; readonly words: readonly string[] }
  | { readonly do: 'script'; readonly lines: readonly string[] }
  | { readonly do: 'copy'; readonly from?: string; readonly sources: readonly string[]; readonly to: string }
  | { readonly do: 'label' | 'env'; readonly entries: Readonly<Record<string, string>> }
  | { readonly do: 'workdir' | 'user' | 'stopsignal'; readonly value: string }
  | { readonly do: 'expose'; readonly ports: readonly number[] }
  | {
      readonly do: 'healthcheck';
      readonly options: Readonly<Record<string, string>>;
      readonly words: readonly string[];
    }
  | { readonly do: 'entrypoint' | 'cmd'; readonly words: readonly string[] };

/** A Dockerfile. Instructions with words are in exec form, which no shell reads. */
export function dockerfileText(parts: readonly (readonly Instruction[])[]): string {
  return `${parts.map((part) => part.map(line).join('\n')).join('\n\n')}\n`;
}

function line(instruction: Instruction): string {
  switch (instruction.do) {
    case 'comment':
      return `# ${instruction.text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')}`;
    case 'arg':
      return `ARG ${instruction.name}=${instruction.value}`;
    case 'from':
      return `FROM \${${instruction.arg}}${instruction.as === undefined ? '' : ` AS ${instruction.as}`}`;
    case 'run':
      return `RUN ${words(instruction.words)}`;
    case 'script':
      return `RUN ${instruction.lines.join(' \\\n    && ')}`;
    case 'copy': {
      const from = instruction.from === undefined ? '' : `--from=${instruction.from} `;
      return `COPY ${from}${words([...instruction.sources, instruction.to])}`;
    }
    case 'label':
    case 'env': {
      const entries = Object.entries(instruction.entries).map(([name, value]) => `${name}=${quoted(value)}`);
      return `${instruction.do.toUpperCase()} ${entries.join(' \\\n    ')}`;
    }
    case 'workdir':
    case 'user':
    case 'stopsignal':
      return `${instruction.do.toUpperCase()} ${instruction.value}`;
    case 'expose':
      return `EXPOSE ${instruction.ports.join(' ')}`;
    case 'healthcheck': {
      const options = Object.entries(instruction.options).map(([name, value]) => `--${name}=${value}`);
      return `HEALTHCHECK ${options.join(' ')} \\\n    CMD ${words(instruction.words)}`;
    }
    case 'entrypoint':
    case 'cmd':
      return `${instruction.do.toUpperCase()} ${words(instruction.words)}`;
  }
}

/** Inside double quotes backslash, quote and dollar mean something; a line ends the instruction. */
function quoted(value: string): string {
  const plain = value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  return `"${plain.replace(/[\\"$]/g, (sign) => `\\${sign}`)}"`;
}

/** Exec form is JSON. */
function words(list: readonly string[]): string {
  return `[${list.map((word) => JSON.stringify(word)).join(', ')}]`;
}
