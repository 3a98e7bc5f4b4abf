/** What the patterns mean: kinds differ by form, so that colour is left for heat. */
export function TimelineLegend() {
  return (
    <ul className="timeline-legend" aria-label="What the marks mean">
      <li>
        <svg width="14" height="10" aria-hidden="true">
          <rect width="14" height="10" rx="2" fill="var(--heat-3)" />
        </svg>
        run
      </li>
      <li>
        <svg width="14" height="10" aria-hidden="true">
          <path d="M1 9L9 1M-3 9L5 1M5 9L13 1M9 9L17 1" stroke="var(--ink-2)" strokeWidth="1.25" />
          <rect x=".5" y=".5" width="13" height="9" fill="none" stroke="var(--ink-2)" />
        </svg>
        copy
      </li>
      <li>
        <svg width="14" height="10" aria-hidden="true">
          <rect x=".5" y="2.5" width="13" height="5" fill="none" stroke="var(--edge)" strokeDasharray="1 2" />
        </svg>
        queue
      </li>
      <li>
        <svg width="14" height="10" aria-hidden="true">
          <path d="M.5 2v6M13.500 2v6M.5 5h13" stroke="var(--edge)" fill="none" />
        </svg>
        gap
      </li>
      <li>
        <svg width="14" height="10" aria-hidden="true">
          <rect y="4" width="14" height="3" fill="var(--ink)" />
        </svg>
        critical path
      </li>
    </ul>
  );
}
