import { type Kind, kinds } from '../../core/kinds/value.ts';
import type { NodeSpec, PortShape } from '../../core/studio/catalog.ts';

/** A node type, made ready to be searched. */
export interface Indexed {
  readonly spec: NodeSpec;
  readonly title: string;
  readonly words: readonly string[];
  readonly name: string;
  readonly type: string;
  readonly family: string;
  readonly keywords: readonly string[];
  readonly summary: string;
  readonly takes: ReadonlySet<Kind>;
  readonly gives: ReadonlySet<Kind>;
}

export function indexNodes(specs: Iterable<NodeSpec>): readonly Indexed[] {
  return [...specs].map((spec) => {
    const title = spec.title.toLowerCase();
    const type = spec.type.toLowerCase();
    return {
      spec,
      title,
      words: title.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ''),
      name: type.slice(type.indexOf('.') + 1),
      type,
      family: spec.family.toLowerCase(),
      keywords: spec.keywords.map((word) => word.toLowerCase()),
      summary: spec.summary.toLowerCase(),
      takes: kindsOf(spec.inputs),
      gives: kindsOf(spec.outputs),
    };
  });
}

/**
 * Node types that fit every word of the query, best first. A word is looked for in title, type, keywords, family, kinds
 * and summary; `image>tensor` (either side may be left out) asks for nodes from one kind to another.
 */
export function searchNodes(index: readonly Indexed[], query: string): readonly NodeSpec[] {
  const terms = termsOf(query);
  if (terms.length === 0) return index.map(({ spec }) => spec);
  const found: { readonly entry: Indexed; readonly score: number }[] = [];
  for (const entry of index) {
    let score = 0;
    for (const term of terms) {
      const part = typeof term === 'string' ? wordScore(entry, term) : kindScore(entry, term);
      if (part === 0) {
        score = 0;
        break;
      }
      score += part;
    }
    if (score > 0) found.push({ entry, score });
  }
  found.sort(
    (a, b) =>
      b.score - a.score ||
      a.entry.title.length - b.entry.title.length ||
      (a.entry.type < b.entry.type ? -1 : a.entry.type > b.entry.type ? 1 : 0),
  );
  return found.map(({ entry }) => entry.spec);
}

interface KindTerm {
  readonly from: string;
  readonly to: string;
}

function termsOf(query: string): readonly (string | KindTerm)[] {
  return query
    .toLowerCase()
    .replace(/\s*(?:->|→|>)\s*/g, '>')
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '>')
    .map((word) => {
      const at = word.indexOf('>');
      return at < 0 ? word : { from: word.slice(0, at), to: word.slice(at + 1) };
    });
}

function wordScore(entry: Indexed, word: string): number {
  if (entry.title === word || entry.type === word) return 100;
  if (entry.title.startsWith(word)) return 80;
  if (entry.words.some((w) => w.startsWith(word))) return 70;
  if (entry.name.startsWith(word)) return 66;
  if (entry.keywords.includes(word)) return 60;
  if (entry.keywords.some((keyword) => keyword.startsWith(word))) return 50;
  if (entry.title.includes(word) || entry.type.includes(word)) return 45;
  if (entry.family.startsWith(word)) return 40;
  if (isKind(word) && (entry.takes.has(word) || entry.gives.has(word))) return 35;
  if (entry.summary.includes(word))
    return new RegExp(`(?:^|[^\\p{L}])${escaped(word)}`, 'u').test(entry.summary) ? 20 : 10;
  // Letters in order, so that a slip of the finger still finds it.
  return word.length >= 3 && holdsInOrder(entry.title, word) ? 4 : 0;
}

function kindScore(entry: Indexed, { from, to }: KindTerm): number {
  const takes = from === '' ? 30 : sideScore(entry.takes, from);
  const gives = to === '' ? 30 : sideScore(entry.gives, to);
  return takes === 0 || gives === 0 ? 0 : takes + gives;
}

/** A port for this kind alone comes before one for many. */
function sideScore(side: ReadonlySet<Kind>, wanted: string): number {
  const hits = [...side].filter((kind) => kind.startsWith(wanted));
  return hits.length === 0 ? 0 : 30 - Math.min(20, side.size);
}

function kindsOf(ports: readonly PortShape[]): ReadonlySet<Kind> {
  return new Set(ports.flatMap((port) => port.kinds));
}

function isKind(word: string): word is Kind {
  return kinds.some((kind) => kind === word);
}

function holdsInOrder(text: string, letters: string): boolean {
  let at = 0;
  for (const letter of text) if (letter === letters[at]) at++;
  return at === letters.length;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
