import { X } from 'lucide-react';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';

/**
 * A dialog above everything: the browser keeps the focus in it, takes Esc for it and gives the focus back after. What is
 * to have the focus first says so by `data-first`: a focus that is asked for before the dialog is open gets lost.
 */
export function Modal({
  title,
  className = '',
  bare = false,
  onClose,
  children,
}: {
  readonly title: string;
  readonly className?: string;
  /** The title is said to screen readers only. */
  readonly bare?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const pressedOutside = useRef(false);
  const heading = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    if (!dialog.open) dialog.showModal();
    dialog.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => dialog.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes it by keyboard; the press beside it is for pointers.
    <dialog
      ref={ref}
      className={`modal ${className}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        pressedOutside.current = event.target === ref.current;
      }}
      onClick={(event) => {
        if (event.target === ref.current && pressedOutside.current) onClose();
      }}
    >
      <div className="modal-inside">
        {bare ? (
          <h2 id={heading} className="spoken">
            {title}
          </h2>
        ) : (
          <header className="modal-head">
            <h2 id={heading}>{title}</h2>
            <button type="button" className="icon-button" aria-label="Close" title="Close (Esc)" onClick={onClose}>
              <X size={16} aria-hidden="true" />
            </button>
          </header>
        )}
        {children}
      </div>
    </dialog>
  );
}
