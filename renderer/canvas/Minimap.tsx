import { useStoreApi } from '@xyflow/react';
import { type PointerEvent, useEffect, useRef } from 'react';
import { familyToken } from '../kinds/family.ts';
import { useStudio } from '../state/state.ts';
import { flow } from './flow.ts';
import { boxOf, type FlowNode } from './flowNodes.ts';
import { around, type Box } from './guides.ts';

const width = 160;
const height = 108;
const margin = 8;

/** All of the pipeline in small, in its families' hues, with what is seen of it. Drawn at once: a thousand cards cost one pass. */
export function Minimap({ nodes }: { readonly nodes: readonly FlowNode[] }) {
  const surface = useRef<HTMLCanvasElement>(null);
  const seen = useRef<HTMLSpanElement>(null);
  const specs = useStudio((s) => s.specs);
  const theme = useStudio((s) => s.theme);
  const api = useStoreApi();
  const scale = useRef<{ readonly by: number; readonly x: number; readonly y: number }>({ by: 1, x: 0, y: 0 });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes what the tokens are.
  useEffect(() => {
    let asked = 0;
    let drawn = false;
    const all = around(nodes.map(boxOf));
    const draw = (): void => {
      asked = 0;
      const canvas = surface.current;
      if (canvas === null) return;
      const { transform, width: wide, height: tall } = api.getState();
      const view = {
        x: -transform[0] / transform[2],
        y: -transform[1] / transform[2],
        width: wide / transform[2],
        height: tall / transform[2],
      };
      const next = fitted(all, view);
      const same = drawn && next.by === scale.current.by && next.x === scale.current.x && next.y === scale.current.y;
      scale.current = next;
      drawn = true;
      if (!same) drawNodes(canvas, nodes, scale.current, (type) => familyToken(specs.get(type)));
      placeSeen(seen.current, view, scale.current);
    };
    const ask = (): void => {
      if (asked === 0) asked = requestAnimationFrame(draw);
    };
    ask();
    const system = window.matchMedia('(prefers-color-scheme: light)');
    system.addEventListener('change', ask);
    let before = api.getState().transform;
    const stop = api.subscribe(({ transform }) => {
      if (transform === before) return;
      before = transform;
      ask();
    });
    return () => {
      stop();
      system.removeEventListener('change', ask);
      cancelAnimationFrame(asked);
    };
  }, [nodes, specs, theme, api]);

  const goTo = (event: PointerEvent<HTMLElement>): void => {
    if (event.buttons !== 1) return;
    const bounds = event.currentTarget.getBoundingClientRect();
    const { by, x, y } = scale.current;
    const zoom = api.getState().transform[2];
    void flow()?.setCenter((event.clientX - bounds.left - x) / by, (event.clientY - bounds.top - y) / by, { zoom });
  };
  if (nodes.length === 0) return null;
  return (
    <div
      className="minimap"
      role="img"
      aria-label="Map of the pipeline"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        goTo(event);
      }}
      onPointerMove={goTo}
    >
      <canvas ref={surface} style={{ width, height }} />
      <span ref={seen} />
    </div>
  );
}

/** How the canvas's units become the map's pixels: everything there is and what is seen both lie inside. */
function fitted(all: Box | null, view: Box): { readonly by: number; readonly x: number; readonly y: number } {
  const box = around(all === null ? [view] : [all, view]) ?? view;
  const by = Math.min((width - 2 * margin) / box.width, (height - 2 * margin) / box.height);
  return { by, x: width / 2 - (box.x + box.width / 2) * by, y: height / 2 - (box.y + box.height / 2) * by };
}

function drawNodes(
  canvas: HTMLCanvasElement,
  nodes: readonly FlowNode[],
  { by, x, y }: { readonly by: number; readonly x: number; readonly y: number },
  tokenOf: (type: string) => string,
): void {
  const ratio = window.devicePixelRatio;
  if (canvas.width !== width * ratio) {
    canvas.width = width * ratio;
    canvas.height = height * ratio;
  }
  const paint = canvas.getContext('2d');
  if (paint === null) return;
  const style = getComputedStyle(canvas);
  const colours = new Map<string, string>();
  const colourOf = (token: string): string => {
    const known = colours.get(token) ?? style.getPropertyValue(token);
    colours.set(token, known);
    return known;
  };
  paint.setTransform(ratio, 0, 0, ratio, 0, 0);
  paint.clearRect(0, 0, width, height);
  for (const node of nodes) {
    const box = boxOf(node);
    const place = [
      x + box.x * by,
      y + box.y * by,
      Math.max(1.5, box.width * by),
      Math.max(1.5, box.height * by),
    ] as const;
    if (node.type === 'frame') {
      paint.globalAlpha = 1;
      paint.strokeStyle = colourOf('--line-2');
      paint.strokeRect(...place);
      continue;
    }
    paint.globalAlpha = node.selected ? 1 : 0.55;
    paint.fillStyle = colourOf(node.type === 'card' ? tokenOf(node.data.node.type) : '--edge');
    if (node.type === 'note') paint.globalAlpha = 0.25;
    paint.fillRect(...place);
  }
}

function placeSeen(
  element: HTMLElement | null,
  view: Box,
  { by, x, y }: { readonly by: number; readonly x: number; readonly y: number },
): void {
  if (element === null) return;
  element.style.transform = `translate(${x + view.x * by}px, ${y + view.y * by}px)`;
  element.style.width = `${view.width * by}px`;
  element.style.height = `${view.height * by}px`;
}
