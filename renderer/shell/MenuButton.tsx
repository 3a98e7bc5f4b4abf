import { type ReactNode, useCallback, useRef, useState } from 'react';
import { Menu, type MenuItem } from './Menu.tsx';

/** A button that opens a menu below it. */
export function MenuButton({
  label,
  title = label,
  className,
  items,
  side,
  above = false,
  onOpen,
  children,
}: {
  /** What it is called; what it shows may say more. */
  readonly label: string;
  readonly title?: string;
  readonly className: string;
  /** Made when it opens, so that it is as things are then. */
  readonly items: () => readonly MenuItem[];
  readonly side?: 'left' | 'right';
  readonly above?: boolean;
  readonly onOpen?: () => void;
  readonly children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback((how: 'back' | 'done' | 'away') => {
    setOpen(false);
    if (how !== 'away') button.current?.focus();
  }, []);
  function show(): void {
    onOpen?.();
    setOpen(true);
  }
  return (
    <span className={`menu-wrap ${above ? 'above' : ''}`}>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={title}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => (open ? setOpen(false) : show())}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || open) return;
          event.preventDefault();
          show();
        }}
      >
        {children}
      </button>
      {open && <Menu label={label} items={items()} side={side} onClose={close} />}
    </span>
  );
}
