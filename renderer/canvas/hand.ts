import type { WireMend } from '../../core/check/mend.ts';
import type { Point } from '../../core/graph/changes.ts';
import { connected, disconnected } from '../../core/graph/changes.ts';
import { type DocumentWire, endOf, type PipelineDocument } from '../../core/graph/document.ts';
import { applyChanges, type Change } from '../../core/graph/edit.ts';
import { edit } from '../state/edits.ts';
import { setState, state } from '../state/state.ts';
import { sayProblem } from '../state/toasts.ts';
import { insertInWire } from './addNode.ts';
import { canvas, type Hand, type Partner, setCanvas } from './canvasState.ts';
import { wiresByInput } from './indexes.ts';

/** A wire in hand, from taking it to letting go, by pointer or by keys. */

/** Takes a wire by a port. By an input that has one, that wire comes off and is held by its other end. */
export function takeWire(end: string, side: 'in' | 'out', by: Hand['by'], fresh = false): void {
  const { document } = state();
  const there = side === 'in' && !fresh ? wiresByInput(document.wires).get(end) : undefined;
  if (there === undefined) begin({ end, side: side === 'out' ? 'from' : 'to', moved: null, by });
  else begin({ end: there.from, side: 'from', moved: end, by });
}

/** Takes a wire that is there by one of its ends; the other stays. */
export function takeEnd(wire: DocumentWire, held: 'from' | 'to'): void {
  begin({
    end: held === 'to' ? wire.from : wire.to,
    side: held === 'to' ? 'from' : 'to',
    moved: wire.to,
    by: 'pointer',
  });
}

function begin({ end, side, moved, by }: Pick<Hand, 'end' | 'side' | 'moved' | 'by'>): void {
  const hand: Hand = { end, side, moved, by, partners: null, types: [], over: null };
  setCanvas({ hand, wrong: null, quickAdd: null, menu: null });
  setState({ wireInHand: { end, side } });
  void askPartners(hand);
}

async function askPartners(asked: Hand): Promise<void> {
  const { session, document, api } = state();
  if (session === null) return;
  try {
    const end = asked.side === 'from' ? { from: asked.end } : { to: asked.end };
    const { ports, types } = await api.call('partners', { session: session.id, document, ...end });
    const { hand } = canvas();
    if (hand?.end !== asked.end || hand.side !== asked.side) return;
    setCanvas({ hand: { ...hand, partners: new Map(ports.map((port) => [port.end, port])), types } });
  } catch (error) {
    sayProblem(error);
  }
}

export function letGo(): void {
  if (canvas().hand !== null || canvas().wrong !== null) setCanvas({ hand: null, wrong: null });
  if (state().wireInHand !== null) setState({ wireInHand: null });
}

/** The wire that there would be if the one in hand were hung on `end`. */
export function wireTo(hand: Pick<Hand, 'end' | 'side'>, end: string): DocumentWire {
  return hand.side === 'from' ? { from: hand.end, to: end } : { from: end, to: hand.end };
}

export function partnerOf(hand: Hand, end: string): Partner | undefined {
  return hand.partners?.get(end);
}

/** Until the back end has said what fits, kinds that are not the same at least do not. */
export function mayFit(hand: Hand, end: string): boolean {
  if (hand.partners !== null) return partnerOf(hand, end)?.how === 'fits';
  const { report } = state();
  const { from, to } = wireTo(hand, end);
  const kind = report?.types[from]?.kind;
  const { node, port } = endOf(to);
  const kinds = report?.shapes[node]?.inputs.find((input) => input.name === port)?.kinds;
  return kind === undefined || kinds === undefined || kinds.includes(kind);
}

/** The wire in hand is held over a port, or over none. What does not fit is explained. */
export function holdOver(end: string | null): void {
  const { hand, wrong } = canvas();
  if (hand === null || hand.over === end) return;
  const refused = end !== null && end !== hand.end && !mayFit(hand, end);
  setCanvas({ hand: { ...hand, over: end }, wrong: refused || wrong?.stays === true ? wrong : null });
  if (refused) void explain(wireTo(hand, end), hand.moved, false);
}

/** Asks how two ports fit, and shows what was answered. */
async function explain(wire: DocumentWire, moved: string | null, stays: boolean): Promise<void> {
  const { session, document, api } = state();
  if (session === null) return;
  const { wrong } = canvas();
  const known = wrong?.from === wire.from && wrong.to === wire.to ? wrong.fit : null;
  setCanvas({ wrong: { ...wire, fit: known, moved, stays } });
  if (known !== null) return;
  try {
    const fit = await api.call('fit', { session: session.id, document: without(document, moved), ...wire });
    const now = canvas().wrong;
    if (now?.from === wire.from && now.to === wire.to) setCanvas({ wrong: { ...now, fit } });
  } catch (error) {
    setCanvas({ wrong: null });
    sayProblem(error);
  }
}

function without(document: PipelineDocument, moved: string | null): PipelineDocument {
  return moved === null ? document : applyChanges(document, disconnected(document, [moved]));
}

/** Hangs the wire in hand on a port, or says why it does not fit and leaves the choice. */
export function hangOn(end: string): void {
  const { hand } = canvas();
  if (hand === null) return;
  const wire = wireTo(hand, end);
  if (mayFit(hand, end)) {
    connect(wire, hand.moved);
    letGo();
    return;
  }
  setState({ wireInHand: null });
  setCanvas({ hand: null });
  void explain(wire, hand.moved, true);
}

/** Wires two ports in one edit; a wire that was taken off its place goes from there. */
export function connect(wire: DocumentWire, moved: string | null): void {
  const { document } = state();
  const off = moved === null || moved === wire.to ? [] : disconnected(document, [moved]);
  edit(moved === null ? 'connect' : 'rewire', [...off, ...onto(document, off, wire)]);
}

function onto(document: PipelineDocument, before: readonly Change[], wire: DocumentWire): readonly Change[] {
  return connected(applyChanges(document, before), wire.from, wire.to);
}

/** Inserts the node that makes a wrong wire fit. */
export function mendWrong(mend: WireMend): void {
  const { wrong } = canvas();
  if (wrong === null) return;
  const { type, params, input, output } = mend;
  if (wrong.moved !== null && wrong.moved !== wrong.to)
    edit('take wire off', disconnected(state().document, [wrong.moved]));
  insertInWire({ from: wrong.from, to: wrong.to }, { type, params, input, output });
  letGo();
}

/** Wires them although they do not fit: the problem then stands on the wire. */
export function connectAnyway(): void {
  const { wrong } = canvas();
  if (wrong === null) return;
  connect({ from: wrong.from, to: wrong.to }, wrong.moved);
  letGo();
}

/** The wire in hand is let go where there is nothing: one that was there goes, a new one asks what shall take it. */
export function dropInEmptiness(screen: Point, at: Point): void {
  const { hand } = canvas();
  if (hand === null) return;
  if (hand.moved !== null) {
    edit('disconnect', disconnected(state().document, [hand.moved]));
    letGo();
    return;
  }
  setCanvas({ quickAdd: { screen, at, end: hand.end, side: hand.side, fromWire: true, into: null, text: '' } });
}

/** Ports that the keys step through, best first. */
export function candidates(hand: Hand): readonly string[] {
  return [...(hand.partners?.values() ?? [])].filter((port) => port.how !== 'refused').map((port) => port.end);
}
