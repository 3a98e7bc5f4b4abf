/** Colours of the theme as the page has them now: a canvas cannot read CSS variables itself. */
export interface CanvasLook {
  readonly surface: string;
  readonly sunken: string;
  readonly line: string;
  readonly line2: string;
  readonly edge: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly heat: readonly string[];
  /** Text that can be read on each heat. */
  readonly onHeat: readonly string[];
  readonly tickFont: string;
  readonly labelFont: string;
  readonly hatched: CanvasPattern | null;
  readonly dotted: CanvasPattern | null;
  readonly striped: CanvasPattern | null;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

export function readLook(element: Element, context: CanvasRenderingContext2D, ratio: number): CanvasLook {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const heat = [0, 1, 2, 3, 4, 5].map((step) => token(`--heat-${step}`));
  const [ink, surface, ink2, edge] = [token('--ink'), token('--chrome'), token('--ink-2'), token('--edge')];
  const inks = [ink, token('--on-ink')] as const;
  const font = token('--font-ui');
  const fill = (size: number, draw: (c: CanvasRenderingContext2D) => void): CanvasPattern | null =>
    patternOf(context, size, ratio, surface, draw);
  return {
    surface,
    sunken: token('--sunken'),
    line: token('--line'),
    line2: token('--line-2'),
    edge,
    ink,
    ink2,
    ink3: token('--ink-3'),
    heat,
    onHeat: heat.map((colour) => moreReadable(colour, inks)),
    tickFont: `420 10px ${font}`,
    labelFont: `520 11px ${font}`,
    hatched: fill(5, (c) => diagonal(c, ink2)),
    dotted: fill(3, (c) => {
      c.fillStyle = edge;
      c.fillRect(1, 1, 1, 1);
    }),
    striped: fill(4, (c) => {
      c.fillStyle = edge;
      c.fillRect(0, 0, 1, 4);
    }),
    ratio,
  };
}

function diagonal(c: CanvasRenderingContext2D, colour: string): void {
  c.strokeStyle = colour;
  c.lineWidth = 1.4;
  c.beginPath();
  for (const from of [-5, 0, 5]) {
    c.moveTo(from - 1, 6);
    c.lineTo(from + 6, -1);
  }
  c.stroke();
}

function patternOf(
  context: CanvasRenderingContext2D,
  size: number,
  ratio: number,
  ground: string,
  draw: (c: CanvasRenderingContext2D) => void,
): CanvasPattern | null {
  const tile = document.createElement('canvas');
  tile.width = Math.round(size * ratio);
  tile.height = tile.width;
  const c = tile.getContext('2d');
  if (c === null) return null;
  c.fillStyle = ground;
  c.fillRect(0, 0, tile.width, tile.height);
  c.scale(tile.width / size, tile.height / size);
  draw(c);
  const pattern = context.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(size / tile.width));
  return pattern;
}

/** Of two inks the one with more contrast on the ground; all `#rrggbb`, or `#rgb` as a build shortens them. */
export function moreReadable(ground: string, inks: readonly [string, string]): string {
  const [one, other] = inks.map((ink) => contrast(ink, ground));
  return one >= other ? inks[0] : inks[1];
}

/** Contrast ratio, WCAG 2.2. */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}
function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(full.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
