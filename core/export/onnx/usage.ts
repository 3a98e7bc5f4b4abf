import type { PartFile } from '../../define/partFile.ts';

/** First words of every program that is made here, by which it may be replaced. */
export const marker = 'Made by tributary compile.';

/** How a made program is called, on one line. */
export function usageOf(command: string, name: string, { inputs }: PartFile): string {
  const given = inputs.map((input) => {
    const ending = { image: 'jpg', audio: 'wav' }[String(input.type.kind)] ?? 'npy';
    const argument = `${input.name}=path.${ending}`;
    return input.present === null ? argument : `[${argument}]`;
  });
  return `${command} ${[name, ...given].join(' ')}`.replace(/[\s\p{Cc}]+/gu, ' ');
}
