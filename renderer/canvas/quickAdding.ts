import type { Point } from '../../core/graph/changes.ts';
import type { Kind } from '../../core/kinds/value.ts';
import type { NodeSpec } from '../../core/studio/catalog.ts';
import { state } from '../state/state.ts';
import { setCanvas } from './canvasState.ts';
import { placeToAdd, toCanvas } from './flow.ts';
import { wiresByInput } from './indexes.ts';

/** Opens the list of node types at the pointer, the first letters typed already. */
export function quickAddHere(text: string, screen?: Point): void {
  if (state().session?.readOnly !== false) return;
  const place = screen === undefined ? placeToAdd() : { screen, at: toCanvas(screen) };
  setCanvas({ menu: null, quickAdd: { ...place, end: offeredEnd(), side: 'from', fromWire: false, into: null, text } });
}

/** The same for what may go into a wire. */
export function quickAddInto(to: string): void {
  const into = wiresByInput(state().document.wires).get(to);
  if (into === undefined) return;
  const place = placeToAdd();
  setCanvas({ menu: null, quickAdd: { ...place, end: null, side: 'from', fromWire: false, into, text: '' } });
}

/** The first output of the one node that is selected: what is added may be wired to it. */
function offeredEnd(): string | null {
  const { selection, document, report, specs } = state();
  const node = selection.ids.length === 1 ? document.nodes.find((n) => n.id === selection.ids[0]) : undefined;
  if (node === undefined) return null;
  const port = (report?.shapes[node.id] ?? specs.get(node.type))?.outputs[0];
  return port === undefined ? null : `${node.id}.${port.name}`;
}

export interface Offer {
  readonly spec: NodeSpec;
  /** The port that is wired. */
  readonly port: string | null;
}

/** Nodes that run by this one wire come before those that need others. */
export function leastNeedyFirst(offers: readonly Offer[]): readonly Offer[] {
  const needs = ({ spec }: Offer): number => spec.inputs.filter((port) => !port.optional).length;
  return [...offers].sort((a, b) => Math.max(1, needs(a)) - Math.max(1, needs(b)));
}

/**
 * Node types for a few typed letters, best first: titles that begin so, words in titles, then keywords, type, family and
 * kinds. Without letters all of them, in the order given.
 */
export function ranked(offers: readonly Offer[], text: string): readonly Offer[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return offers;
  const scored: { readonly offer: Offer; readonly score: number; readonly at: number }[] = [];
  offers.forEach((offer, at) => {
    let total = 0;
    for (const word of words) {
      const score = scoreOf(offer.spec, word);
      if (score === 0) return;
      total += score;
    }
    scored.push({ offer, score: total, at });
  });
  return scored.sort((a, b) => b.score - a.score || a.at - b.at).map(({ offer }) => offer);
}

function scoreOf(spec: NodeSpec, word: string): number {
  const title = spec.title.toLowerCase();
  if (title === word) return 100;
  if (title.startsWith(word)) return 80;
  if (title.split(/[\s-]+/).some((part) => part.startsWith(word))) return 60;
  if (spec.keywords.some((keyword) => keyword.toLowerCase().startsWith(word))) return 40;
  if (title.includes(word)) return 30;
  if (spec.type.toLowerCase().includes(word) || spec.family.startsWith(word)) return 20;
  const kinds: readonly Kind[] = [...spec.inputs, ...spec.outputs].flatMap((port) =>
    port.kinds.length > 4 ? [] : port.kinds,
  );
  if (kinds.some((kind) => kind.startsWith(word))) return 10;
  return spec.keywords.some((keyword) => keyword.toLowerCase().includes(word)) || initials(title).startsWith(word)
    ? 5
    : 0;
}

function initials(title: string): string {
  return title
    .split(/[\s-]+/)
    .map((part) => part.charAt(0))
    .join('');
}
