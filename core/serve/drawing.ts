import type { Checked, CheckedNode } from '../check/checked.ts';
import { endOf } from '../graph/document.ts';
import type { Kind } from '../kinds/value.ts';

/** Sizes of a card, as the studio's canvas has them; only what is needed to know a pipeline again. */
const headerHeight = 28;
const rowHeight = 22;
const footHeight = 8;
const minWidth = 160;
const maxWidth = 264;
const margin = 24;
/** Mean advance of a letter at 12 px bold and at 11 px. */
const titleLetter = 7;
const smallLetter = 6.1;
const mostLetters = 30;

interface Card {
  readonly node: CheckedNode;
  readonly title: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The pipeline as an SVG, each node where the document has it, each wire in the colour of its kind (classes `kind-image`,
 * `kind-audio`, ...; the page that shows it says which colours those are). Everything that people have named is escaped.
 */
export function pipelineDrawing(checked: Checked): string {
  const cards = [...checked.nodes.values()].map((node) => cardOf(node));
  const byId = new Map(cards.map((card) => [card.node.id, card]));
  const left = Math.min(...cards.map((card) => card.x), 0);
  const top = Math.min(...cards.map((card) => card.y), 0);
  const right = Math.max(...cards.map((card) => card.x + card.width), 1);
  const bottom = Math.max(...cards.map((card) => card.y + card.height), 1);
  const width = right - left + 2 * margin;
  const height = bottom - top + 2 * margin;
  const wires = cards.flatMap((card) => wiresTo(card, byId, checked));
  const view = [left - margin, top - margin, width, height].map(short).join(' ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="pipeline" viewBox="${view}" role="img" aria-label="${escaped(`The pipeline ${checked.document.name}: ${cards.length} nodes`)}">`,
    ...wires,
    ...cards.map((card) => cardSvg(card, checked)),
    '</svg>',
  ].join('\n');
}

function cardOf(node: CheckedNode): Card {
  const inputs = Object.keys(node.inputs);
  const outputs = Object.keys(node.outputs);
  const title = cut(node.node.label ?? node.definition.title, mostLetters);
  const rows = Math.max(inputs.length, outputs.length);
  let widest = 44 + title.length * titleLetter;
  for (let row = 0; row < rows; row++)
    widest = Math.max(widest, 44 + ((inputs[row]?.length ?? 0) + (outputs[row]?.length ?? 0)) * smallLetter);
  const { x, y } = node.node.position;
  const width = Math.min(maxWidth, Math.max(minWidth, Math.ceil(widest / 8) * 8));
  return { node, title, inputs, outputs, x, y, width, height: headerHeight + rows * rowHeight + footHeight };
}

function portY(card: Card, row: number): number {
  return card.y + headerHeight + row * rowHeight + rowHeight / 2;
}

function wiresTo(card: Card, byId: ReadonlyMap<string, Card>, checked: Checked): readonly string[] {
  return Object.entries(card.node.sources).flatMap(([port, source]) => {
    const end = endOf(source);
    const from = byId.get(end.node);
    const row = card.inputs.indexOf(port);
    if (from === undefined || row < 0) return [];
    const [x1, y1] = [from.x + from.width, portY(from, Math.max(0, from.outputs.indexOf(end.port)))];
    const [x2, y2] = [card.x, portY(card, row)];
    const reach = Math.max(32, Math.abs(x2 - x1) / 2);
    const path = `M${short(x1)} ${short(y1)}C${short(x1 + reach)} ${short(y1)} ${short(x2 - reach)} ${short(y2)} ${short(x2)} ${short(y2)}`;
    return [`<path class="wire kind-${kindOf(checked, source)}" d="${path}"/>`];
  });
}

function cardSvg(card: Card, checked: Checked): string {
  const { node, x, y, width, height, title } = card;
  const role = node.definition.external !== null ? ' input' : node.definition.publishes ? ' output' : '';
  const port = (name: string, row: number, side: 'in' | 'out'): string => {
    const at = side === 'in' ? x : x + width;
    const label = side === 'in' ? at + 12 : at - 12;
    return [
      `<circle class="port kind-${kindOf(checked, `${node.id}.${name}`)}" cx="${short(at)}" cy="${short(portY(card, row))}" r="4.5"/>`,
      `<text class="name ${side}" x="${short(label)}" y="${short(portY(card, row) + 4)}">${escaped(cut(name, 20))}</text>`,
    ].join('');
  };
  return [
    `<g class="card${role}"><title>${escaped(`${node.id}: ${node.definition.type}`)}</title>`,
    `<rect x="${short(x)}" y="${short(y)}" width="${width}" height="${height}" rx="8"/>`,
    `<text class="title" x="${short(x + 12)}" y="${short(y + 19)}">${escaped(title)}</text>`,
    ...card.inputs.map((name, row) => port(name, row, 'in')),
    ...card.outputs.map((name, row) => port(name, row, 'out')),
    '</g>',
  ].join('');
}

function kindOf(checked: Checked, end: string): Kind | 'any' {
  return checked.types.get(end)?.kind ?? 'any';
}

function cut(text: string, most: number): string {
  const letters = Array.from(text.replace(/\s+/g, ' '));
  return letters.length <= most ? letters.join('') : `${letters.slice(0, most - 1).join('')}…`;
}

function short(x: number): string {
  return String(Math.round(x * 10) / 10);
}

/** Text that stands for itself in HTML and XML, in elements and in attributes. Control characters, which XML has not, go. */
export function escaped(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
