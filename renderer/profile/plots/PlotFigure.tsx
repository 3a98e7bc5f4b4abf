import { Download } from 'lucide-react';
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useSize } from '../../preview/useSize.ts';
import { MenuButton } from '../../shell/MenuButton.tsx';
import type { Chart, NoChart, PlotLibrary } from './chart.ts';
import { drawChart } from './drawChart.ts';
import { type Ground, plotFileName, pngOf, saveFile, standaloneSvg, tokensOf } from './savePlot.ts';

let loading: Promise<PlotLibrary> | null = null;

/** The library, loaded when the first plot is shown; null until then. */
function usePlotLibrary(): PlotLibrary | null {
  const [library, setLibrary] = useState<PlotLibrary | null>(null);
  useEffect(() => {
    let gone = false;
    loading ??= import('@observablehq/plot');
    loading.then((loaded) => !gone && setLibrary(loaded));
    return () => {
      gone = true;
    };
  }, []);
  return library;
}

/** A plot with its title, as large as its place, and with a way to save it. */
export function PlotFigure({
  chart,
  about,
  choices,
  onPoint,
}: {
  readonly chart: Chart | NoChart;
  readonly about: string;
  /** Other plots of the same, to change to. */
  readonly choices?: ReactNode;
  /** What is under the pointer when it is clicked, as the chart gave it. */
  readonly onPoint?: (point: unknown) => void;
}) {
  const library = usePlotLibrary();
  const id = `plot${useId().replace(/[^a-zA-Z0-9]/g, '')}`;
  const [place, { width, height }] = useSize<HTMLDivElement>();
  const drawn = useRef<readonly SVGSVGElement[]>([]);
  const empty = 'nothing' in chart;
  const words = useMemo(() => (empty ? chart.nothing : chart.description), [chart, empty]);
  useEffect(() => {
    const element = place.current;
    if (element === null || library === null || 'nothing' in chart || width < 40 || height < 40) return;
    drawn.current = drawChart(library, chart, { width, height, id });
    for (const drawing of drawn.current) drawing.setAttribute('role', 'img');
    element.replaceChildren(...drawn.current);
    return () => element.replaceChildren();
  }, [place, library, chart, width, height, id]);

  const save = async (ending: 'svg' | 'png', ground: Ground): Promise<void> => {
    if ('nothing' in chart || drawn.current.length === 0) return;
    const svg = standaloneSvg(chart, drawn.current, tokensOf(ground, document), ground);
    const blob = ending === 'svg' ? new Blob([svg.text], { type: 'image/svg+xml' }) : await pngOf(svg);
    saveFile(blob, plotFileName(about, chart.title, ending));
  };
  const click = (): void => {
    const point = drawn.current
      .map((one) => (one as SVGSVGElement & { readonly value?: unknown }).value)
      .find((v) => v != null);
    if (point !== undefined) onPoint?.(point);
  };

  return (
    <figure className="plot-figure">
      <figcaption>
        <b>{chart.title}</b>
        <span className="quiet" title={empty ? undefined : chart.subtitle}>
          {empty ? '' : chart.subtitle}
        </span>
        {choices}
        {!empty && (
          <MenuButton
            label="Save this plot"
            className="icon-button"
            side="right"
            items={() => [
              { id: 'png', label: 'PNG on white', run: () => save('png', 'white') },
              { id: 'png-dark', label: 'PNG on dark', run: () => save('png', 'dark') },
              { id: 'svg', label: 'SVG on white', apart: true, run: () => save('svg', 'white') },
              { id: 'svg-dark', label: 'SVG on dark', run: () => save('svg', 'dark') },
            ]}
          >
            <Download size={16} />
          </MenuButton>
        )}
      </figcaption>
      {empty ? (
        <p className="plot-nothing quiet">{words}</p>
      ) : (
        <>
          <p className="spoken">{words}</p>
          {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a shortcut for the pointer; the tables beside the plots do the same by keys. */}
          <div
            ref={place}
            className={onPoint === undefined ? 'plot-place' : 'plot-place chosen-by-click'}
            onClick={onPoint === undefined ? undefined : click}
          />
        </>
      )}
    </figure>
  );
}
