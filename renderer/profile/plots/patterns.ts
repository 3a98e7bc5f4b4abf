import type { RenderFunction } from '@observablehq/plot';
import { colours } from './chart.ts';

const space = 'http://www.w3.org/2000/svg';

type Shape = readonly [name: string, attributes: Readonly<Record<string, string>>];

/** Hatched for what is copied (or owned), dotted for what waits: fills that are told apart without colour. */
const shapes = {
  hatched: {
    size: 5,
    shapes: [
      ['path', { d: 'M-1 6L6 -1M-1 1L1 -1M4 6L6 4', stroke: colours.ink2, 'stroke-width': '1.25', fill: 'none' }],
    ],
  },
  dotted: { size: 4, shapes: [['circle', { cx: '2', cy: '2', r: '0.9', fill: colours.edge }]] },
} as const satisfies Readonly<Record<string, { readonly size: number; readonly shapes: readonly Shape[] }>>;

export type PatternName = keyof typeof shapes;

export function patternFill(id: string, name: PatternName): string {
  return `url(#${id}-${name})`;
}

/** A mark that draws nothing and defines the patterns under the drawing's own names. */
export function patternDefinitions(id: string): RenderFunction {
  return (_index, _scales, _values, _dimensions, context) => {
    const make = (name: string, attributes: Readonly<Record<string, string>>): SVGElement => {
      const element = context.document.createElementNS(space, name) as SVGElement;
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    const definitions = make('defs', {});
    for (const [name, { size, shapes: inside }] of Object.entries(shapes)) {
      const pattern = make('pattern', {
        id: `${id}-${name}`,
        width: String(size),
        height: String(size),
        patternUnits: 'userSpaceOnUse',
      });
      pattern.append(make('rect', { width: String(size), height: String(size), fill: colours.ground }));
      for (const [shape, attributes] of inside) pattern.append(make(shape, attributes));
      definitions.append(pattern);
    }
    return definitions;
  };
}
