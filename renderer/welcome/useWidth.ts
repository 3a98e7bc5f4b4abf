import { type RefCallback, useCallback, useState } from 'react';

/** How wide an element is drawn, kept up to date; `first` until it is known. */
export function useWidth(first: number): readonly [RefCallback<Element>, number] {
  const [width, setWidth] = useState(first);
  const watch = useCallback((element: Element | null) => {
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry.contentRect.width > 0) setWidth(entry.contentRect.width);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [watch, width];
}
