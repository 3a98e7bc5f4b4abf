import type { Chart, PlotLibrary } from './chart.ts';

/** In pixels: two panels with their axes and labels need as much. */
const leastForAll = 210;

/**
 * One drawing for each panel, from the top down. The style blocks that the library puts into each are left out: the
 * studio's pages allow none, and `renderer/style/plots.css` says the same. `page` stands in where there is no browser.
 */
export function drawChart(
  plot: PlotLibrary,
  chart: Chart,
  { width, height, id }: { readonly width: number; readonly height: number; readonly id: string },
  page?: Document,
): readonly SVGSVGElement[] {
  const panels = chart.low !== undefined && height < leastForAll ? [chart.low] : chart.panels;
  return panels.map((panel, i) => {
    const options = panel.options(plot, { width, height: Math.round(height * panel.share), id: `${id}-${i}` });
    const drawing = plot.plot({
      ariaLabel: chart.title,
      ariaDescription: chart.description,
      ...options,
      document: page,
    });
    for (const style of drawing.querySelectorAll('style')) style.remove();
    // Groups are no pictures, and may not be named as such (ARIA 1.2); the drawing as a whole is.
    for (const group of drawing.querySelectorAll('g[aria-label], g[aria-description]')) {
      const mark = group.getAttribute('aria-label');
      if (mark !== null) group.setAttribute('data-mark', mark);
      group.removeAttribute('aria-label');
      group.removeAttribute('aria-description');
    }
    return drawing as SVGSVGElement;
  });
}
