import type { Json } from '../../core/kinds/value.ts';

/** One place of a template: the first or second text, or a special token. */
export type TemplatePart =
  | { readonly part: 'first' | 'second'; readonly type: number }
  | { readonly part: 'special'; readonly id: number; readonly token: string; readonly type: number };

/** How a tokenizer puts texts and special tokens together, and which token type each place has. */
export interface TokenTemplate {
  readonly single: readonly TemplatePart[];
  readonly pair: readonly TemplatePart[];
}

const bare: TokenTemplate = {
  single: [{ part: 'first', type: 0 }],
  pair: [
    { part: 'first', type: 0 },
    { part: 'second', type: 1 },
  ],
};

/** The value under a key of a JSON object; undefined when there is none. */
export function member(json: Json | undefined, key: string): Json | undefined {
  return isRecord(json) && Object.hasOwn(json, key) ? json[key] : undefined;
}
export function isRecord(json: Json | undefined): json is { readonly [key: string]: Json } {
  return json !== null && typeof json === 'object' && !Array.isArray(json);
}
export function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? json : [];
}

/**
 * The template of a tokenizer.json's `post_processor`: TemplateProcessing, BertProcessing, RobertaProcessing,
 * ByteLevel (none), or a Sequence with one of them. Null for one that is not known.
 */
export function templateOf(processor: Json | undefined): TokenTemplate | null {
  switch (member(processor, 'type')) {
    case undefined:
    case 'ByteLevel':
      return bare;
    case 'TemplateProcessing':
      return {
        single: partsOf(member(processor, 'single'), member(processor, 'special_tokens')),
        pair: partsOf(member(processor, 'pair'), member(processor, 'special_tokens')),
      };
    case 'BertProcessing':
      return bertTemplate(specialOf(processor, 'cls'), specialOf(processor, 'sep'));
    case 'RobertaProcessing':
      return robertaTemplate(specialOf(processor, 'cls'), specialOf(processor, 'sep'));
    case 'Sequence': {
      const inner = listOf(member(processor, 'processors')).map(templateOf);
      const real = inner.filter((template) => template !== bare);
      return real.length === 0 ? bare : real.length === 1 ? real[0] : null;
    }
    default:
      return null;
  }
}

function partsOf(items: Json | undefined, specials: Json | undefined): TemplatePart[] {
  return listOf(items).flatMap((item): TemplatePart[] => {
    const sequence = member(item, 'Sequence');
    if (sequence !== undefined)
      return [
        { part: member(sequence, 'id') === 'B' ? 'second' : 'first', type: numberOf(member(sequence, 'type_id')) },
      ];
    const special = member(item, 'SpecialToken');
    const found = member(specials, String(member(special, 'id')));
    const tokens = listOf(member(found, 'tokens'));
    return listOf(member(found, 'ids')).map((id, i) => ({
      part: 'special',
      id: numberOf(id),
      token: String(tokens[i]),
      type: numberOf(member(special, 'type_id')),
    }));
  });
}

function numberOf(json: Json | undefined): number {
  return typeof json === 'number' ? json : 0;
}

type Special = (type: number) => TemplatePart;

function specialOf(processor: Json | undefined, name: string): Special {
  const [token, id] = listOf(member(processor, name));
  return (type) => ({ part: 'special', id: numberOf(id), token: String(token), type });
}

function bertTemplate(cls: Special, sep: Special): TokenTemplate {
  const single: readonly TemplatePart[] = [cls(0), { part: 'first', type: 0 }, sep(0)];
  return { single, pair: [...single, { part: 'second', type: 1 }, sep(1)] };
}

/** Every token type is 0, and two separators stand between the texts. */
function robertaTemplate(cls: Special, sep: Special): TokenTemplate {
  const single: readonly TemplatePart[] = [cls(0), { part: 'first', type: 0 }, sep(0)];
  return { single, pair: [...single, sep(0), { part: 'second', type: 0 }, sep(0)] };
}
