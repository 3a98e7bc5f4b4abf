import { useState } from 'react';
import { useStudio } from '../state/state.ts';

/** A picture by its blob. Says when the blob is gone; then it is asked for once more. */
export function Picture({
  blob,
  alt = '',
  className = '',
  alpha = false,
  onGone,
}: {
  readonly blob: string;
  readonly alt?: string;
  readonly className?: string;
  /** Drawn on a checker: parts of it may be seen through. */
  readonly alpha?: boolean;
  readonly onGone?: () => void;
}) {
  const api = useStudio((s) => s.api);
  const [gone, setGone] = useState<string | null>(null);
  return (
    <img
      className={`picture ${alpha ? 'checker' : ''} ${className}`}
      src={api.blobUrl(blob)}
      alt={alt}
      draggable={false}
      decoding="async"
      hidden={gone === blob}
      onError={() => {
        if (gone !== blob) onGone?.();
        setGone(blob);
      }}
      onLoad={() => setGone(null)}
    />
  );
}
