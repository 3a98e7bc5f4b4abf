import type { Chart } from './chart.ts';

export type Ground = 'white' | 'dark';

const space = 'http://www.w3.org/2000/svg';
const font = "Inter, system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";
const padding = 16;
const headHeight = 44;

/** Replaces `var(--name)` by what the theme says; what it does not know becomes black on white or white on black. */
export function resolveColours(text: string, tokens: ReadonlyMap<string, string>, ground: Ground): string {
  return text.replace(
    /var\((--[\w-]+)\)/g,
    (_, name: string) => tokens.get(name) ?? (ground === 'white' ? '#000' : '#fff'),
  );
}

/** A file that stands alone: title, panels one under the other, colours and fonts written into it, on a ground. */
export function standaloneSvg(
  chart: Pick<Chart, 'title' | 'subtitle' | 'description'>,
  drawings: readonly SVGSVGElement[],
  tokens: ReadonlyMap<string, string>,
  ground: Ground,
): { readonly text: string; readonly width: number; readonly height: number } {
  const page = drawings[0]?.ownerDocument ?? document;
  const sizes = drawings.map((one) => ({
    width: Number(one.getAttribute('width')),
    height: Number(one.getAttribute('height')),
  }));
  const width = Math.max(0, ...sizes.map((size) => size.width)) + 2 * padding;
  const height = sizes.reduce((sum, size) => sum + size.height, 0) + headHeight + 2 * padding;
  const make = (name: string, attributes: Readonly<Record<string, string | number>>, text?: string): Element => {
    const element = page.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const root = make('svg', { width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': font, role: 'img' });
  root.append(make('title', {}, chart.title), make('desc', {}, chart.description));
  root.append(make('rect', { width, height, fill: 'var(--chrome)' }));
  root.append(
    make('text', { x: padding, y: padding + 14, 'font-size': 14, 'font-weight': 600, fill: 'var(--ink)' }, chart.title),
    make('text', { x: padding, y: padding + 32, 'font-size': 11, fill: 'var(--ink-3)' }, chart.subtitle),
  );
  let top = padding + headHeight;
  drawings.forEach((drawing, i) => {
    const copy = drawing.cloneNode(true) as SVGSVGElement;
    // What hangs on the pointer is no part of the picture.
    for (const tip of copy.querySelectorAll('[data-mark="tip"], [aria-label="tip"]')) tip.remove();
    copy.setAttribute('x', String(padding));
    copy.setAttribute('y', String(top));
    copy.setAttribute('font-family', font);
    copy.removeAttribute('class');
    root.append(copy);
    top += sizes[i].height;
  });
  const written = new XMLSerializer().serializeToString(root);
  return { text: resolveColours(written, tokens, ground), width, height };
}

/** Colours of a theme as the page's style sheets say, whichever is on the screen now. */
export function tokensOf(ground: Ground, page: Document): ReadonlyMap<string, string> {
  const theme = ground === 'white' ? 'light' : 'dark';
  const tokens = new Map<string, string>();
  for (const sheet of page.styleSheets) {
    for (const rule of rulesOf(sheet)) {
      if (!(rule instanceof CSSStyleRule) || !rule.selectorText.includes(`data-theme="${theme}"`)) continue;
      for (const name of rule.style)
        if (name.startsWith('--')) tokens.set(name, rule.style.getPropertyValue(name).trim());
    }
  }
  // A picture for a document stands on white, not on the studio's grey.
  if (ground === 'white') tokens.set('--chrome', '#ffffff');
  return tokens;
}

/** Sheets of other origins do not let themselves be read. */
function rulesOf(sheet: CSSStyleSheet): readonly CSSRule[] {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}

/** Twice as large as on the screen, for slides and papers. */
export async function pngOf(
  svg: { readonly text: string; readonly width: number; readonly height: number },
  scale = 2,
): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg.text], { type: 'image/svg+xml' }));
  try {
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(svg.width * scale);
    canvas.height = Math.round(svg.height * scale);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob === null ? reject(new Error('The picture could not be made.')) : resolve(blob)),
        'image/png',
      ),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** `fusion throughput-and-latency.svg`: the pipeline, then what it shows. */
export function plotFileName(about: string, title: string, ending: 'svg' | 'png'): string {
  const words = (text: string): string =>
    text
      .trim()
      .replace(/[^\p{L}\p{N}._ -]+/gu, '')
      .replace(/\s+/g, '-')
      .toLowerCase();
  return `${[words(about), words(title)].filter(Boolean).join(' ')}.${ending}`;
}

export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
