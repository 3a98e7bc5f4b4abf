import type { Trace } from '../../../core/profile/trace.ts';
import { spanKinds } from '../../../core/run/tracer.ts';
import type { CanvasLook } from './canvasLook.ts';
import { barHeight, type LaneBox, rowTop, type Track, waitHeight } from './laneLayout.ts';
import { eachMark } from './rowMarks.ts';
import type { SpanRow } from './spanIndex.ts';
import { busyWithin } from './spanRow.ts';
import type { SpanMatches } from './spanSearch.ts';
import { durationText } from './ticks.ts';
import type { Stretch } from './timeView.ts';

const runKind = spanKinds.indexOf('run');

export interface LaneScene {
  readonly trace: Trace;
  readonly boxes: readonly LaneBox[];
  readonly view: Stretch;
  readonly width: number;
  /** By index of the trace's names. */
  readonly titles: readonly string[];
  readonly heats: readonly number[];
  readonly matches: SpanMatches | null;
  /** Index of the selected node among the names; -1: none. */
  readonly selected: number;
  /** The span that the keyboard is at, or the match that was gone to; -1: none. */
  readonly focused: number;
}

/** Lanes whose top is `y` from the canvas's own origin, between `from` and `to` of it. */
export function drawLanes(
  c: CanvasRenderingContext2D,
  look: CanvasLook,
  scene: LaneScene,
  from: number,
  to: number,
): void {
  for (const box of scene.boxes) {
    if (box.top + box.height < from || box.top > to) continue;
    const rule = Math.round(box.top + box.height) - 0.5;
    c.fillStyle = look.line;
    c.fillRect(0, rule - 0.5, scene.width, 1);
    for (const track of ['work', 'waits'] as const) {
      const shown = track === 'work' ? box.workRows : box.waitRows;
      for (let row = 0; row < shown; row++) {
        const top = rowTop(box, track, row);
        if (top < to && top + barHeight > from) drawRow(c, look, scene, box, track, row, top);
      }
    }
  }
}

function drawRow(
  c: CanvasRenderingContext2D,
  look: CanvasLook,
  scene: LaneScene,
  box: LaneBox,
  track: Track,
  rowNumber: number,
  top: number,
): void {
  const row = box.lane[track][rowNumber];
  const crowds = crowdPen(c, look, scene, row, track, top);
  eachMark(row, scene.view, scene.width, {
    span: (place, x, width) => drawSpan(c, look, scene, row, track, top, { place, x, width }),
    crowd: crowds.add,
    idle: (fromMs, toMs, x, width) => {
      if (track === 'work' && rowNumber === 0) drawIdle(c, look, box, top, { fromMs, toMs, x, width });
    },
  });
  crowds.end();
  c.globalAlpha = 1;
}

interface Wide {
  readonly place: number;
  readonly x: number;
  readonly width: number;
}
interface Idle {
  readonly fromMs: number;
  readonly toMs: number;
  readonly x: number;
  readonly width: number;
}

function drawSpan(
  c: CanvasRenderingContext2D,
  look: CanvasLook,
  scene: LaneScene,
  row: SpanRow,
  track: Track,
  top: number,
  mark: Wide,
): void {
  const span = row.spans[mark.place];
  const { spans } = scene.trace;
  // Beyond the edges nothing is seen, and a canvas is inexact far outside.
  const left = Math.max(snap(mark.x, look), -4);
  const right = Math.min(snap(mark.x + mark.width, look), scene.width + 4);
  const width = Math.max(1, right - left - (mark.width > 4 ? 1 : 0));
  const height = track === 'work' ? barHeight : waitHeight;
  const faded = scene.matches !== null && scene.matches.marked[span - scene.matches.first] === 0;
  c.globalAlpha = faded ? 0.25 : 1;
  const kind = spanKinds[spans.kind[span]];
  const heat = scene.heats[spans.node[span]];
  if (kind === 'run') {
    c.fillStyle = look.heat[heat];
    c.beginPath();
    c.roundRect(left, top, width, height, width > 5 ? 2 : 0);
    c.fill();
  } else if (kind === 'gap') {
    drawBracket(c, look.edge, left, top, width, height);
  } else {
    c.fillStyle = (kind === 'copy' ? look.hatched : kind === 'queue' ? look.dotted : look.striped) ?? look.sunken;
    c.fillRect(left, top, width, height);
    if (width >= 3) drawOutline(c, kind === 'copy' ? look.ink2 : look.ink3, left, top, width, height, kind === 'queue');
  }
  const told = spans.node[span] === scene.selected;
  if ((told || span === scene.focused) && width >= 3)
    drawRing(c, look, left, top, width, height, span === scene.focused ? 2 : 1);
  if (track === 'work' && width >= 26)
    drawLabel(c, look, scene, span, kind === 'run' ? look.onHeat[heat] : null, left, top, width);
  c.globalAlpha = 1;
}

/** Columns of one pixel, as high as their time is busy; neighbours that look alike are drawn in one go. */
function crowdPen(
  c: CanvasRenderingContext2D,
  look: CanvasLook,
  scene: LaneScene,
  row: SpanRow,
  track: Track,
  top: number,
) {
  const { spans } = scene.trace;
  const whole = track === 'work' ? barHeight : waitHeight;
  const fills = spanKinds.map((kind) => (kind === 'copy' ? (look.hatched ?? look.ink2) : look.edge));
  const before = scene.matches?.before.get(row);
  let left = -1;
  let right = -1;
  let height = 0;
  let fill: string | CanvasPattern = look.edge;
  let faded = false;
  const end = (): void => {
    if (right <= left) return;
    c.globalAlpha = faded ? 0.25 : 1;
    c.fillStyle = fill;
    c.fillRect(left, top + whole - height, right - left, height);
    left = -1;
    right = -1;
  };
  const add = (x: number, busy: number, longest: number, first: number, last: number): void => {
    const span = row.spans[longest];
    const nextHeight = Math.max(1, Math.round(whole * busy));
    const kind = spans.kind[span];
    const nextFill = kind === runKind ? look.heat[scene.heats[spans.node[span]]] : fills[kind];
    const found = before === undefined ? 0 : before[last] - before[first];
    const nextFaded = before !== undefined && found === 0;
    if (x !== right || nextHeight !== height || nextFill !== fill || nextFaded !== faded) {
      end();
      left = x;
      height = nextHeight;
      fill = nextFill;
      faded = nextFaded;
    }
    right = x + 1;
    if (found > 0 || span === scene.focused) {
      end();
      c.globalAlpha = 1;
      c.fillStyle = look.ink;
      c.fillRect(x, top - 2, 1, span === scene.focused ? whole + 4 : 2);
    }
  };
  return { add, end };
}

/** A dumbbell with the time in its middle: nothing of the lane was busy. */
function drawIdle(c: CanvasRenderingContext2D, look: CanvasLook, box: LaneBox, top: number, mark: Idle): void {
  if (box.lane.work.slice(1).some((row) => busyWithin(row, mark.fromMs, mark.toMs) > 0)) return;
  const text = `${durationText(mark.toMs - mark.fromMs)} idle`;
  c.font = look.tickFont;
  const textWidth = c.measureText(text).width;
  if (textWidth + 24 > mark.width) return;
  const middle = Math.round(top + barHeight / 2) + 0.5;
  const left = Math.round(mark.x + 4) + 0.5;
  const right = Math.round(mark.x + mark.width - 5) + 0.5;
  c.strokeStyle = look.line2;
  c.lineWidth = 1;
  c.beginPath();
  c.moveTo(left, middle - 3.5);
  c.lineTo(left, middle + 3.5);
  c.moveTo(right, middle - 3.5);
  c.lineTo(right, middle + 3.5);
  c.moveTo(left, middle);
  c.lineTo((left + right - textWidth) / 2 - 6, middle);
  c.moveTo((left + right + textWidth) / 2 + 6, middle);
  c.lineTo(right, middle);
  c.stroke();
  c.fillStyle = look.ink3;
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  c.fillText(text, (left + right) / 2, middle + 0.5);
}

function drawLabel(
  c: CanvasRenderingContext2D,
  look: CanvasLook,
  scene: LaneScene,
  span: number,
  ink: string | null,
  left: number,
  top: number,
  width: number,
): void {
  const { spans, names } = scene.trace;
  // What sticks out on the left still says its name in sight.
  const from = Math.max(left, 0) + 5;
  const room = left + width - 4 - from;
  const title = scene.titles[spans.node[span]];
  const own = names[spans.name[span]];
  const said = own === '' || own === 'run' || own === title ? title : `${title}, ${own}`;
  const time = durationText(spans.endMs[span] - spans.startMs[span]);
  c.font = look.labelFont;
  const text = [`${said} ${time}`, `${title} ${time}`, title, time].find((one) => c.measureText(one).width <= room);
  if (text === undefined) return;
  if (ink === null) {
    c.fillStyle = look.surface;
    c.fillRect(from - 3, top + 1, c.measureText(text).width + 6, barHeight - 2);
  }
  c.fillStyle = ink ?? look.ink2;
  c.textAlign = 'left';
  c.textBaseline = 'middle';
  c.fillText(text, from, top + barHeight / 2 + 0.5);
}

function drawBracket(
  c: CanvasRenderingContext2D,
  colour: string,
  left: number,
  top: number,
  width: number,
  height: number,
): void {
  c.fillStyle = colour;
  c.fillRect(left, top, 1, height);
  if (width < 3) return;
  c.fillRect(left + width - 1, top, 1, height);
  c.fillRect(left, top + Math.floor(height / 2), width, 1);
}

function drawOutline(
  c: CanvasRenderingContext2D,
  colour: string,
  left: number,
  top: number,
  width: number,
  height: number,
  dotted: boolean,
): void {
  c.strokeStyle = colour;
  c.lineWidth = 1;
  c.setLineDash(dotted ? [1.5, 1.5] : []);
  c.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  c.setLineDash([]);
}

function drawRing(
  c: CanvasRenderingContext2D,
  look: CanvasLook,
  left: number,
  top: number,
  width: number,
  height: number,
  thick: number,
): void {
  c.strokeStyle = look.surface;
  c.lineWidth = 1;
  c.strokeRect(left + 0.5 + thick / 2, top + 0.5 + thick / 2, width - 1 - thick, height - 1 - thick);
  c.strokeStyle = look.ink;
  c.lineWidth = thick;
  c.strokeRect(left, top, width, height);
}

function snap(x: number, { ratio }: CanvasLook): number {
  return Math.round(x * ratio) / ratio;
}
